import type { IndustryTemplate } from "../../store/tenants.ts";

/** Security systems: alarms, cameras, doors, and their upkeep. */
export const security: IndustryTemplate = {
  industry: "security",
  version: 2,
  title: "Security systems",
  features: ["clock", "leads", "workOrders", "repeatOrders"],
  leadForm: {
    sections: [{
      title: "Who",
      fields: [
        {
          name: "name",
          label: "Name or company",
          kind: "text",
          required: true,
          maxLength: 120,
          autocomplete: "off",
        },
        {
          name: "contact",
          label: "Person with the keys",
          kind: "text",
          maxLength: 120,
        },
        { name: "phone", label: "Phone", kind: "tel", maxLength: 40 },
        { name: "email", label: "Email", kind: "email", maxLength: 200 },
        { name: "address", label: "Address", kind: "text", maxLength: 200 },
      ],
    }, {
      title: "What",
      fields: [
        {
          name: "step",
          label: "Next step",
          kind: "select",
          required: true,
          options: [
            { value: "new", label: "New" },
            { value: "call", label: "Call back" },
            { value: "risk", label: "Risk survey" },
            { value: "design", label: "Design" },
            { value: "offer", label: "Offer" },
            { value: "won", label: "Won" },
            { value: "lost", label: "Lost" },
          ],
        },
        { name: "stepBy", label: "By", kind: "date" },
        {
          name: "system",
          label: "System",
          kind: "select",
          required: true,
          options: [
            { value: "intruder", label: "Intruder alarm" },
            { value: "cameras", label: "Cameras" },
            { value: "access", label: "Doors and badges" },
            { value: "fire", label: "Fire alarm" },
            { value: "intercom", label: "Door phone" },
            { value: "several", label: "Several" },
          ],
        },
        {
          name: "site",
          label: "Site",
          kind: "select",
          options: [
            { value: "home", label: "Home" },
            { value: "shop", label: "Shop" },
            { value: "office", label: "Office" },
            { value: "store", label: "Warehouse" },
            { value: "public", label: "Public building" },
          ],
        },
        {
          name: "entrances",
          label: "Doors and windows in reach",
          kind: "number",
          min: 0,
          max: 5000,
        },
        {
          name: "grade",
          label: "Grade",
          kind: "select",
          options: [
            { value: "1", label: "Grade 1: low risk" },
            { value: "2", label: "Grade 2: low to medium" },
            { value: "3", label: "Grade 3: medium to high" },
            { value: "4", label: "Grade 4: high" },
          ],
          hint: "The insurer often says which (EN 50131-1).",
        },
        {
          name: "monitored",
          label: "Monitored by a control centre",
          kind: "checkbox",
        },
        { name: "breakIn", label: "There was a break-in", kind: "checkbox" },
        { name: "insurer", label: "Insurer", kind: "text", maxLength: 120 },
        {
          name: "need",
          label: "What do they want to protect?",
          kind: "textarea",
          maxLength: 3000,
          hint: "Never write codes, passwords or where the safe stands.",
        },
      ],
    }],
    columns: ["system", "breakIn"],
  },
  orderKinds: [{
    id: "install",
    title: "Installation",
    minutes: 420,
    checklist: [
      {
        id: "design",
        label: "Built as designed, changes written down",
        required: true,
      },
      { id: "walkTest", label: "Walk test of every detector", required: true },
      { id: "tamper", label: "Tamper contacts tested", required: true },
      { id: "battery", label: "Runs 12 hours on its battery", required: true },
      {
        id: "signal",
        label: "Test signal received by the control centre",
        required: true,
      },
      {
        id: "codes",
        label: "Engineer code changed, customer set their own",
        required: true,
      },
    ],
  }, {
    id: "maintenance",
    title: "Maintenance",
    minutes: 120,
    checklist: [
      {
        id: "onTest",
        label: "Control centre has the site on test",
        required: true,
      },
      { id: "log", label: "Event log read", required: true },
      {
        id: "detectors",
        label: "Detectors cleaned and tested",
        required: true,
      },
      {
        id: "batteryLoad",
        label: "Battery measured under load",
        required: true,
      },
      { id: "offTest", label: "Site taken off test", required: true },
    ],
  }, {
    id: "fault",
    title: "Fault or false alarm",
    minutes: 90,
    checklist: [
      {
        id: "onTest",
        label: "Control centre has the site on test",
        required: true,
      },
      {
        id: "logRead",
        label: "Event log read and cause named",
        required: true,
      },
      { id: "retest", label: "Zone tested again", required: true },
      { id: "offTest", label: "Site taken off test", required: true },
      { id: "advice", label: "Customer told how to avoid it", required: false },
    ],
  }, {
    id: "cameras",
    title: "Cameras",
    minutes: 300,
    checklist: [
      { id: "signs", label: "Signs about recording put up", required: true },
      { id: "privacy", label: "Street and neighbours masked", required: true },
      { id: "night", label: "Picture checked in the dark", required: true },
      { id: "keep", label: "Deletes recordings as agreed", required: true },
      { id: "login", label: "Default passwords changed", required: true },
    ],
  }, {
    id: "survey",
    title: "Risk survey",
    minutes: 75,
    checklist: [
      { id: "outside", label: "Walked around the building", required: true },
      { id: "entrances", label: "Doors and windows counted", required: true },
      {
        id: "insurer",
        label: "Demands of the insurer written down",
        required: false,
      },
    ],
  }],
  sample: {
    lead: {
      name: "Sample: Petrow Jewellers",
      contact: "Mr Petrow",
      phone: "030 123456",
      address: "5 Sample Arcade",
      step: "risk",
      system: "several",
      site: "shop",
      entrances: 7,
      grade: "3",
      monitored: true,
      breakIn: true,
      insurer: "Sample Mutual",
      need:
        "This lead is a sample: change it or set it to lost. Break-in through the back door in spring. The insurer asks for grade 3 and a control centre.",
    },
    order: {
      kind: "survey",
      inDays: 1,
      time: "09:30",
      title: "Sample: risk survey of a shop",
      customer: "Sample: Petrow Jewellers",
      address: "5 Sample Arcade",
      brief:
        "This order is a sample to try things on. Before they open at 10. Start with the back door and the roof light.",
    },
  },
};

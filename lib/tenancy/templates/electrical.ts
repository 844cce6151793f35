import type { IndustryTemplate } from "../../store/tenants.ts";

/** Electrical work: faults, installations, inspections, charging points. */
export const electrical: IndustryTemplate = {
  industry: "electrical",
  version: 2,
  title: "Electrical work",
  features: ["clock", "leads", "workOrders", "leadOrders"],
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
        { name: "phone", label: "Phone", kind: "tel", maxLength: 40 },
        { name: "email", label: "Email", kind: "email", maxLength: 200 },
        { name: "address", label: "Address", kind: "text", maxLength: 200 },
        {
          name: "meter",
          label: "Meter number",
          kind: "text",
          maxLength: 40,
          hint:
            "On the meter or on the last bill: the grid operator asks for it.",
        },
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
            { value: "survey", label: "Survey" },
            { value: "offer", label: "Offer" },
            { value: "grid", label: "Waiting for the grid operator" },
            { value: "won", label: "Won" },
            { value: "lost", label: "Lost" },
          ],
        },
        { name: "stepBy", label: "By", kind: "date" },
        {
          name: "work",
          label: "Work",
          kind: "select",
          required: true,
          options: [
            { value: "fault", label: "Fault or no power" },
            { value: "board", label: "Fuse board" },
            { value: "circuits", label: "New circuits" },
            { value: "inspection", label: "Inspection" },
            { value: "charger", label: "Charging point" },
            { value: "solar", label: "Solar and battery" },
            { value: "light", label: "Lighting" },
          ],
        },
        {
          name: "danger",
          label: "Sparks, smell of burning or bare wires",
          kind: "checkbox",
        },
        {
          name: "supply",
          label: "Supply",
          kind: "select",
          options: [{ value: "single", label: "Single phase" }, {
            value: "three",
            label: "Three phase",
          }, { value: "unknown", label: "Not known" }],
        },
        {
          name: "mainFuse",
          label: "Main fuse, amperes",
          kind: "number",
          min: 10,
          max: 1000,
        },
        { name: "rcd", label: "There is an RCD", kind: "checkbox" },
        {
          name: "boardYear",
          label: "Board built in",
          kind: "number",
          min: 1930,
          max: 2100,
        },
        {
          name: "need",
          label: "What do they need?",
          kind: "textarea",
          maxLength: 3500,
          hint: "Which rooms, which circuits, what trips and when.",
        },
      ],
    }],
    columns: ["work", "danger"],
  },
  orderKinds: [{
    id: "fault",
    title: "Find a fault",
    minutes: 90,
    checklist: [
      { id: "isolated", label: "Dead, locked and proved dead", required: true },
      { id: "cause", label: "Cause found and written down", required: true },
      {
        id: "insulation",
        label: "Insulation resistance measured",
        required: true,
      },
      { id: "rcdTime", label: "RCD trip time measured", required: true },
      { id: "explained", label: "Explained to the customer", required: false },
    ],
  }, {
    id: "inspection",
    title: "Periodic inspection",
    minutes: 180,
    checklist: [
      { id: "visual", label: "Board and terminals inspected", required: true },
      {
        id: "loop",
        label: "Loop impedance of every circuit measured",
        required: true,
      },
      { id: "rcdTime", label: "RCD trip times measured", required: true },
      { id: "earth", label: "Earth and bonding measured", required: true },
      { id: "labels", label: "Circuits labelled", required: true },
      { id: "report", label: "Report signed", required: true },
    ],
  }, {
    id: "circuit",
    title: "New circuit",
    minutes: 240,
    checklist: [
      { id: "isolated", label: "Dead, locked and proved dead", required: true },
      {
        id: "cable",
        label: "Cable size checked against the load",
        required: true,
      },
      { id: "polarity", label: "Polarity checked", required: true },
      { id: "certificate", label: "Certificate filled in", required: true },
      { id: "chart", label: "Circuit chart renewed", required: false },
    ],
  }, {
    id: "charger",
    title: "Charging point",
    minutes: 300,
    checklist: [
      { id: "load", label: "Load of the house calculated", required: true },
      { id: "permit", label: "Grid operator has agreed", required: true },
      {
        id: "protection",
        label: "Protective device of its own",
        required: true,
      },
      { id: "charge", label: "Test charge for 10 minutes", required: true },
      { id: "app", label: "App shown to the customer", required: false },
    ],
  }, {
    id: "survey",
    title: "Survey for an offer",
    minutes: 60,
    checklist: [{ id: "board", label: "Board photographed", required: true }, {
      id: "routes",
      label: "Cable routes measured",
      required: true,
    }, {
      id: "supply",
      label: "Main fuse and phases written down",
      required: true,
    }],
  }],
  sample: {
    lead: {
      name: "Sample: Jonas Weiss",
      phone: "030 123456",
      address: "8 Sample Road",
      step: "survey",
      work: "charger",
      danger: false,
      supply: "three",
      mainFuse: 63,
      rcd: true,
      boardYear: 2009,
      need:
        "This lead is a sample: change it or set it to lost. Wants a charging point in the carport, 11 kW, about 18 metres from the board.",
    },
    order: {
      kind: "survey",
      inDays: 1,
      time: "09:00",
      title: "Sample: survey for a charging point",
      customer: "Sample: Jonas Weiss",
      address: "8 Sample Road",
      brief:
        "This order is a sample to try things on. Board is in the hall. Measure the way to the carport, one wall to drill.",
    },
  },
};

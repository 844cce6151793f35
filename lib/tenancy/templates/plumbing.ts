import type { IndustryTemplate } from "../../store/tenants.ts";

/** Plumbing: water, drains, gas and bathrooms. */
export const plumbing: IndustryTemplate = {
  industry: "plumbing",
  version: 2,
  title: "Plumbing and bathrooms",
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
          name: "occupancy",
          label: "They are",
          kind: "select",
          options: [{ value: "owner", label: "Owner of the place" }, {
            value: "tenant",
            label: "Tenant",
          }, { value: "agent", label: "Property manager" }],
          hint: "Who can order the work, and who lets you in.",
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
            { value: "urgent", label: "Send somebody today" },
            { value: "visit", label: "Look at it" },
            { value: "offer", label: "Offer" },
            { value: "won", label: "Won" },
            { value: "lost", label: "Lost" },
          ],
        },
        { name: "stepBy", label: "By", kind: "date" },
        {
          name: "trouble",
          label: "Trouble",
          kind: "select",
          options: [
            { value: "leak", label: "Leak" },
            { value: "blocked", label: "Blocked drain" },
            { value: "noWater", label: "No water" },
            { value: "noHotWater", label: "No hot water" },
            { value: "fixture", label: "Tap, toilet or shower" },
            { value: "bathroom", label: "New bathroom" },
            { value: "other", label: "Something else" },
          ],
        },
        {
          name: "waterOff",
          label: "Water runs now and cannot be shut off",
          kind: "checkbox",
        },
        {
          name: "shutOff",
          label: "Where is the stopcock?",
          kind: "text",
          maxLength: 120,
          hint: "Ask on the phone: it saves the ceiling below.",
        },
        {
          name: "pipes",
          label: "Pipes",
          kind: "select",
          options: [
            { value: "copper", label: "Copper" },
            { value: "plastic", label: "Plastic" },
            { value: "steel", label: "Galvanised steel" },
            { value: "lead", label: "Lead" },
            { value: "unknown", label: "Not known" },
          ],
        },
        { name: "floor", label: "Floor", kind: "number", min: -5, max: 120 },
        {
          name: "need",
          label: "What happened?",
          kind: "textarea",
          maxLength: 3500,
          hint: "Since when, how much water, what was tried already.",
        },
      ],
    }],
    columns: ["trouble", "waterOff"],
  },
  orderKinds: [{
    id: "emergency",
    title: "Emergency: leak or burst pipe",
    minutes: 90,
    checklist: [{ id: "shut", label: "Water shut off", required: true }, {
      id: "electric",
      label: "Wet sockets and lights switched off",
      required: true,
    }, {
      id: "source",
      label: "Source of the leak found and photographed",
      required: true,
    }, {
      id: "tight",
      label: "Repair under pressure for 15 minutes, dry",
      required: true,
    }, {
      id: "drying",
      label: "Drying agreed with the customer",
      required: false,
    }],
  }, {
    id: "drain",
    title: "Blocked drain",
    minutes: 75,
    checklist: [
      { id: "cover", label: "Floor covered", required: false },
      { id: "cleared", label: "Drain cleared", required: true },
      { id: "flow", label: "Run full of water for 3 minutes", required: true },
      { id: "camera", label: "Looked at by camera", required: false },
      { id: "smell", label: "Traps filled, no smell", required: true },
    ],
  }, {
    id: "fixture",
    title: "Tap, toilet or shower",
    minutes: 60,
    checklist: [
      { id: "isolated", label: "Water isolated", required: true },
      { id: "fitted", label: "Fitted and sealed", required: true },
      { id: "tested", label: "Tested hot and cold", required: true },
      { id: "old", label: "Old part taken away", required: false },
    ],
  }, {
    id: "heater",
    title: "Water heater",
    minutes: 180,
    checklist: [
      { id: "gasOff", label: "Gas or power off and locked", required: true },
      { id: "valve", label: "Safety valve opens and closes", required: true },
      {
        id: "temperature",
        label: "60 degrees reached and written down",
        required: true,
      },
      { id: "flue", label: "Flue checked for draught", required: true },
      { id: "shown", label: "Shown to the customer", required: false },
    ],
  }, {
    id: "bathroom",
    title: "Bathroom visit for an offer",
    minutes: 60,
    checklist: [
      { id: "measured", label: "Room and drains measured", required: true },
      { id: "stack", label: "Soil stack found", required: true },
      { id: "wishes", label: "Wishes and budget written down", required: true },
    ],
  }],
  sample: {
    lead: {
      name: "Sample: Café Marlow",
      phone: "030 123456",
      address: "3 Sample Lane",
      occupancy: "tenant",
      step: "visit",
      trouble: "blocked",
      waterOff: false,
      pipes: "plastic",
      need:
        "This lead is a sample: change it or set it to lost. The kitchen drain is slow since Monday and smells in the evening. A plunger did not help.",
    },
    order: {
      kind: "drain",
      inDays: 1,
      time: "07:30",
      title: "Sample: clear the kitchen drain",
      customer: "Sample: Café Marlow",
      address: "3 Sample Lane",
      brief:
        "This order is a sample to try things on. Come before they open at 9. The trap is behind the dishwasher.",
    },
  },
};

import type { IndustryTemplate } from "../../store/tenants.ts";

/** Heating, ventilation and air conditioning. */
export const hvac: IndustryTemplate = {
  industry: "hvac",
  version: 3,
  title: "Heating, ventilation, air conditioning",
  features: ["clock", "leads", "workOrders", "leadOrders"],
  leadForm: {
    sections: [
      {
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
        ],
      },
      {
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
              { value: "visit", label: "Visit" },
              { value: "offer", label: "Offer" },
              { value: "won", label: "Won" },
              { value: "lost", label: "Lost" },
            ],
          },
          { name: "stepBy", label: "By", kind: "date" },
          {
            name: "system",
            label: "System today",
            kind: "select",
            options: [
              { value: "gas", label: "Gas boiler" },
              { value: "oil", label: "Oil boiler" },
              { value: "heatPump", label: "Heat pump" },
              { value: "split", label: "Split air conditioning" },
              { value: "vent", label: "Ventilation" },
              { value: "other", label: "Something else" },
            ],
          },
          {
            name: "systemYear",
            label: "Built in",
            kind: "number",
            min: 1950,
            max: 2100,
            hint: "The year on the type plate.",
          },
          {
            name: "noHeat",
            label: "No heating or hot water now",
            kind: "checkbox",
          },
          {
            name: "need",
            label: "What do they need?",
            kind: "textarea",
            maxLength: 4000,
            hint: "Plain words help the office to make an offer.",
          },
        ],
      },
    ],
    columns: ["system", "noHeat"],
  },
  orderKinds: [
    {
      id: "service",
      title: "Yearly service",
      minutes: 90,
      checklist: [
        { id: "power", label: "Power off and locked", required: true },
        { id: "filter", label: "Filter cleaned or changed", required: true },
        {
          id: "pressure",
          label: "Pressures read and written down",
          required: false,
        },
        { id: "leaks", label: "Checked for leaks", required: true },
        { id: "clean", label: "Place left clean", required: false },
      ],
    },
    {
      id: "repair",
      title: "Repair",
      minutes: 120,
      checklist: [
        { id: "fault", label: "Fault found and written down", required: true },
        { id: "power", label: "Power off and locked", required: true },
        { id: "test", label: "Test run for 10 minutes", required: true },
        {
          id: "explained",
          label: "Explained to the customer",
          required: false,
        },
      ],
    },
    {
      id: "install",
      title: "Installation",
      minutes: 480,
      checklist: [
        { id: "site", label: "Site checked against the plan", required: true },
        { id: "vacuum", label: "Vacuum held for 30 minutes", required: true },
        { id: "charge", label: "Charge weighed in", required: true },
        { id: "start", label: "Started up and measured", required: true },
        {
          id: "handover",
          label: "Handed over to the customer",
          required: true,
        },
      ],
    },
    {
      id: "visit",
      title: "Visit for an offer",
      minutes: 45,
      checklist: [
        { id: "measured", label: "Rooms measured", required: true },
        { id: "wishes", label: "Wishes written down", required: true },
      ],
    },
  ],
  sample: {
    lead: {
      name: "Sample: Hanna Berg",
      phone: "030 123456",
      address: "12 Sample Street",
      step: "offer",
      system: "gas",
      systemYear: 1998,
      noHeat: false,
      need: "This lead is a sample: change it or set it to lost. " +
        "The boiler is from 1998 and they want to know what a heat pump would cost. Radiators in all rooms, the cellar is dry.",
    },
    order: {
      kind: "visit",
      inDays: 1,
      time: "10:00",
      title: "Sample: measure rooms for a heat pump",
      customer: "Sample: Hanna Berg",
      address: "12 Sample Street",
      brief: "This order is a sample to try things on. " +
        "Ring at the side door. Measure all rooms and take the type plate of the boiler.",
    },
  },
};

import type { IndustryTemplate } from "../../store/tenants.ts";

/** Gardens and grounds: care, planting, paving, trees. */
export const landscaping: IndustryTemplate = {
  industry: "landscaping",
  version: 2,
  title: "Gardens and landscaping",
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
        { name: "phone", label: "Phone", kind: "tel", maxLength: 40 },
        { name: "email", label: "Email", kind: "email", maxLength: 200 },
        { name: "address", label: "Address", kind: "text", maxLength: 200 },
        {
          name: "gate",
          label: "Way in",
          kind: "text",
          maxLength: 120,
          hint: "Gate width in centimetres decides which machine comes.",
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
            { value: "visit", label: "Visit the garden" },
            { value: "drawing", label: "Drawing" },
            { value: "offer", label: "Offer" },
            { value: "season", label: "Wait for the season" },
            { value: "won", label: "Won" },
            { value: "lost", label: "Lost" },
          ],
        },
        { name: "stepBy", label: "By", kind: "date" },
        {
          name: "job",
          label: "Work",
          kind: "select",
          required: true,
          options: [
            { value: "care", label: "Regular care" },
            { value: "hedge", label: "Hedge" },
            { value: "tree", label: "Tree" },
            { value: "lawn", label: "New lawn" },
            { value: "planting", label: "Planting" },
            { value: "paving", label: "Paving and walls" },
            { value: "watering", label: "Watering system" },
          ],
        },
        {
          name: "size",
          label: "Size, square metres",
          kind: "number",
          min: 1,
          max: 500000,
        },
        { name: "slope", label: "Steep slope", kind: "checkbox" },
        {
          name: "soil",
          label: "Soil",
          kind: "select",
          options: [
            { value: "sand", label: "Sandy" },
            { value: "loam", label: "Loam" },
            { value: "clay", label: "Clay" },
            { value: "fill", label: "Building fill" },
            { value: "unknown", label: "Not known" },
          ],
        },
        {
          name: "waste",
          label: "Green waste",
          kind: "select",
          options: [{ value: "take", label: "We take it away" }, {
            value: "compost",
            label: "Stays on their compost",
          }, { value: "shred", label: "Shred and leave" }],
        },
        {
          name: "protected",
          label: "Protected trees or nesting birds",
          kind: "checkbox",
        },
        {
          name: "need",
          label: "What do they wish for?",
          kind: "textarea",
          maxLength: 3500,
          hint: "Sun and shade, water, children, dogs, what should stay.",
        },
      ],
    }],
    columns: ["job", "protected"],
  },
  orderKinds: [{
    id: "care",
    title: "Garden care",
    minutes: 120,
    checklist: [
      {
        id: "stones",
        label: "Lawn cleared of stones and toys",
        required: true,
      },
      { id: "mowed", label: "Mowed and edges cut", required: true },
      { id: "weeds", label: "Beds weeded", required: false },
      { id: "watered", label: "New plants watered", required: false },
      { id: "swept", label: "Paths swept", required: true },
    ],
  }, {
    id: "hedge",
    title: "Hedge",
    minutes: 150,
    checklist: [
      { id: "nests", label: "Looked for nests", required: true },
      { id: "lines", label: "Power lines and fences checked", required: true },
      { id: "level", label: "Cut to the line", required: true },
      { id: "loaded", label: "Cuttings loaded", required: true },
    ],
  }, {
    id: "tree",
    title: "Tree work",
    minutes: 300,
    checklist: [
      { id: "permit", label: "Permission seen", required: true },
      { id: "nests", label: "Looked for nests and bats", required: true },
      { id: "zone", label: "Drop zone closed off", required: true },
      { id: "climber", label: "Second person on the ground", required: true },
      { id: "stump", label: "Stump treated as agreed", required: false },
    ],
  }, {
    id: "paving",
    title: "Paving",
    minutes: 480,
    checklist: [
      { id: "services", label: "Cables and pipes located", required: true },
      { id: "base", label: "Base compacted in layers", required: true },
      {
        id: "fall",
        label: "Fall of 2 percent away from the house",
        required: true,
      },
      { id: "joints", label: "Joints filled", required: true },
      { id: "tidy", label: "Street cleaned", required: false },
    ],
  }, {
    id: "visit",
    title: "Garden visit for an offer",
    minutes: 60,
    checklist: [
      { id: "measured", label: "Beds and levels measured", required: true },
      { id: "soilTest", label: "Spade test of the soil", required: true },
      { id: "photos", label: "Photos from four sides", required: true },
    ],
  }],
  sample: {
    lead: {
      name: "Sample: Family Okafor",
      phone: "030 123456",
      address: "47 Sample Hill",
      gate: "90 cm, two steps",
      step: "visit",
      job: "lawn",
      size: 180,
      slope: false,
      soil: "clay",
      waste: "take",
      protected: false,
      need:
        "This lead is a sample: change it or set it to lost. The lawn stands under water after rain. They want a new one, and a dry place for the table.",
    },
    order: {
      kind: "visit",
      inDays: 1,
      time: "11:00",
      title: "Sample: look at a wet lawn",
      customer: "Sample: Family Okafor",
      address: "47 Sample Hill",
      brief:
        "This order is a sample to try things on. Take the spade and the level. The dog is friendly.",
    },
  },
};

import type { IndustryTemplate } from "../../store/tenants.ts";

/** Cleaning of offices, homes, windows and building sites. */
export const cleaning: IndustryTemplate = {
  industry: "cleaning",
  version: 2,
  title: "Cleaning",
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
          label: "Contact on site",
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
            { value: "walk", label: "Walk through" },
            { value: "offer", label: "Offer" },
            { value: "trial", label: "Trial clean" },
            { value: "won", label: "Won" },
            { value: "lost", label: "Lost" },
          ],
        },
        { name: "stepBy", label: "By", kind: "date" },
        {
          name: "premises",
          label: "Premises",
          kind: "select",
          required: true,
          options: [
            { value: "office", label: "Office" },
            { value: "practice", label: "Medical practice" },
            { value: "shop", label: "Shop" },
            { value: "stairs", label: "Staircase" },
            { value: "home", label: "Home" },
            { value: "site", label: "Building site" },
            { value: "windows", label: "Windows only" },
          ],
        },
        {
          name: "area",
          label: "Area, square metres",
          kind: "number",
          min: 1,
          max: 200000,
        },
        {
          name: "often",
          label: "How often",
          kind: "select",
          options: [
            { value: "once", label: "Once" },
            { value: "monthly", label: "Every month" },
            { value: "weekly", label: "Every week" },
            { value: "twice", label: "Twice a week" },
            { value: "daily", label: "Every working day" },
          ],
        },
        { name: "start", label: "Start", kind: "date" },
        {
          name: "window",
          label: "Only outside working hours",
          kind: "checkbox",
        },
        {
          name: "access",
          label: "Keys and alarm",
          kind: "text",
          maxLength: 200,
          hint: "Who hands over keys. Never write an alarm code here.",
        },
        {
          name: "need",
          label: "What is to be cleaned?",
          kind: "textarea",
          maxLength: 3000,
          hint: "Floors, surfaces, what must not get wet.",
        },
      ],
    }],
    columns: ["premises", "often"],
  },
  orderKinds: [{
    id: "regular",
    title: "Regular clean",
    minutes: 120,
    checklist: [
      { id: "signs", label: "Wet floor signs up", required: true },
      { id: "bins", label: "Bins emptied, bags changed", required: true },
      {
        id: "sanitary",
        label: "Toilets cleaned and disinfected",
        required: true,
      },
      { id: "floors", label: "Floors done", required: true },
      { id: "supplies", label: "Soap and paper filled up", required: false },
      {
        id: "locked",
        label: "Windows shut, lights off, locked",
        required: true,
      },
    ],
  }, {
    id: "deep",
    title: "Deep clean",
    minutes: 300,
    checklist: [
      { id: "before", label: "Photos before", required: true },
      { id: "high", label: "High surfaces and vents dusted", required: true },
      { id: "machine", label: "Floors machine scrubbed", required: true },
      { id: "limescale", label: "Limescale removed", required: false },
      { id: "after", label: "Photos after", required: true },
    ],
  }, {
    id: "windows",
    title: "Windows",
    minutes: 150,
    checklist: [
      { id: "ladder", label: "Ladder checked and footed", required: true },
      { id: "frames", label: "Frames and sills wiped", required: true },
      { id: "glass", label: "Glass without streaks", required: true },
      {
        id: "damage",
        label: "Scratches noted before the start",
        required: true,
      },
    ],
  }, {
    id: "handover",
    title: "Clean after building work",
    minutes: 360,
    checklist: [
      { id: "dust", label: "Fine dust vacuumed, not swept", required: true },
      { id: "stickers", label: "Stickers and paint removed", required: true },
      { id: "waste", label: "Waste taken away", required: false },
      {
        id: "walked",
        label: "Walked through with the customer",
        required: true,
      },
    ],
  }, {
    id: "walk",
    title: "Walk through for an offer",
    minutes: 45,
    checklist: [{
      id: "measured",
      label: "Rooms counted and measured",
      required: true,
    }, {
      id: "floorTypes",
      label: "Kinds of floor written down",
      required: true,
    }, { id: "times", label: "Times and keys agreed", required: true }],
  }],
  sample: {
    lead: {
      name: "Sample: Lindgren Tax Office",
      contact: "Ms Lindgren",
      phone: "030 123456",
      address: "21 Sample Square, 2nd floor",
      step: "walk",
      premises: "office",
      area: 240,
      often: "twice",
      window: true,
      need:
        "This lead is a sample: change it or set it to lost. Six rooms, carpet and oiled wood. The kitchen and two toilets need the most care.",
    },
    order: {
      kind: "walk",
      inDays: 1,
      time: "17:30",
      title: "Sample: walk through six rooms",
      customer: "Sample: Lindgren Tax Office",
      address: "21 Sample Square, 2nd floor",
      brief:
        "This order is a sample to try things on. After 17:00, ring at the office. Ask which floor must not get wet.",
    },
  },
};

/** Props of {@link PhotoForm}. */
export interface PhotoFormProps {
  orderId: string;
  /** Idempotency key of the upload. */
  formKey: string;
}

/** Sends a photo to the office at once: for pages without scripts, and for orders that this device does not have. */
export function PhotoForm({ orderId, formKey }: PhotoFormProps) {
  return (
    <form
      class="stack no-print"
      method="post"
      enctype="multipart/form-data"
      action={`/client/orders/${orderId}`}
    >
      <input type="hidden" name="key" value={formKey} />
      <div class="field">
        <label for="f-photo">Add a photo</label>
        <input
          id="f-photo"
          class="input"
          type="file"
          name="photo"
          accept="image/jpeg,image/png,image/webp"
          required
        />
      </div>
      <button class="btn" type="submit">Send the photo</button>
    </form>
  );
}

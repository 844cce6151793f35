addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  self.installOffer = event;
});

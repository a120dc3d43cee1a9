// Has the service worker keep the site for when there is no network, and says when a new version has come. Wherever that
// cannot be had (an address without TLS, a private window, blocked site data) the page works as it does without.

// Gives a function that is to be called with every engine that is used, so that it is kept too.
export async function keepForOffline() {
  const nothing = () => {};
  const container = navigator.serviceWorker;
  if (!container) return nothing;
  try {
    const registration = await container.register("./sw.js");
    // Some browsers and extensions answer a registration that they have blocked with nothing at all.
    if (!registration) return nothing;
    announceUpdates(container, registration);
    const { active } = await container.ready;
    return (flavour) => active.postMessage({ keep: `engine-${flavour}/` });
  } catch {
    return nothing;
  }
}

function announceUpdates(container, registration) {
  const banner = new Banner();
  let asked = false;
  const reload = () => {
    asked = true;
    // Where another tab has done so already, or the other one has gone, a reload is all that is left to do.
    if (registration.waiting) registration.waiting.postMessage("take over");
    else location.reload();
  };
  // Without a controller it is the first version, which is nothing new.
  const arrived = () => {
    if (registration.waiting && container.controller) {
      banner.show("A new version of Peek is here: reload to use it. What you typed stays.", reload);
    }
  };
  const watch = (worker) => worker?.addEventListener("statechange", arrived);
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  arrived();

  let controlled = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (controlled) banner.show("Peek was updated in another tab: reload this one too.", reload);
    controlled = true;
  });
}

// A line above everything else, which a screen reader reads out when it is filled.
class Banner {
  constructor() {
    this.place = document.createElement("div");
    this.place.className = "update";
    this.place.setAttribute("role", "status");
    this.place.dataset.testid = "update";
    document.body.append(this.place);
  }

  show(text, reload) {
    const said = document.createElement("p");
    said.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "primary";
    button.dataset.testid = "update-reload";
    button.textContent = "Reload";
    button.addEventListener("click", reload);
    this.place.replaceChildren(said, button);
  }
}

// Stepping through a trace: the arrow keys and clicks move a mark that the diagram and the list of steps share.
const stories = [...document.querySelectorAll(".story")];
let active = 0;

function mark(story, number, scroll) {
  const steps = [...story.querySelectorAll(".step")];
  const wanted = Math.min(Math.max(number, 1), steps.length);
  story.dataset.current = wanted;
  for (const part of story.querySelectorAll("[data-step]")) {
    part.classList.toggle("current", Number(part.dataset.step) === wanted);
  }
  if (scroll) {
    for (const part of story.querySelectorAll(".current")) part.scrollIntoView({ block: "nearest", inline: "nearest" });
    history.replaceState(null, "", `#${stories.indexOf(story) + 1}.${wanted}`);
  }
}

stories.forEach((story, index) => {
  mark(story, 1, false);
  story.addEventListener("click", (event) => {
    const part = event.target.closest("[data-step]");
    active = index;
    if (part) mark(story, Number(part.dataset.step), true);
  });
});

document.addEventListener("keydown", (event) => {
  const story = stories[active];
  if (!story || event.ctrlKey || event.metaKey || event.altKey) return;
  const current = Number(story.dataset.current);
  const targets = { ArrowRight: current + 1, ArrowLeft: current - 1, ArrowDown: current + 1, ArrowUp: current - 1, Home: 1, End: Infinity };
  if (!(event.key in targets)) return;
  event.preventDefault();
  mark(story, targets[event.key], true);
});

const address = /^#(\d+)\.(\d+)$/.exec(location.hash);
if (address && stories[address[1] - 1]) {
  active = address[1] - 1;
  mark(stories[active], Number(address[2]), true);
}

addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});

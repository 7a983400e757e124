// What the HTML of the post is held to: the standard, and no rule of taste.
module.exports = {
  root: true,
  extends: ["html-validate:standard"],
  // An output of a notebook brings its style along; every browser takes it there.
  elements: ["html5", { style: { inherit: "style", flow: true } }],
};

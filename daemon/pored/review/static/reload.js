// Pages that are lists of numbers or pictures are fetched again whole.
import { get, putInto, whenChanged } from "/static/common.js";

whenChanged(async () => {
  const page = new DOMParser().parseFromString(await (await get(location.href)).text(), "text/html");
  putInto(document.getElementById("main"), page.getElementById("main").innerHTML);
});

// Shows files of the page in it, for pages that boot.js does not start: <pre data-source="faces.py">.

for (const shown of document.querySelectorAll("pre[data-source]")) {
  const response = await fetch(shown.dataset.source);
  shown.textContent = response.ok ? await response.text() : `${response.url}: HTTP status ${response.status}`;
}

// A tab, as a popup is gone with all that it has loaded as soon as somebody chooses a file.
chrome.action.onClicked.addListener(() => chrome.tabs.create({ url: "faces.html" }));

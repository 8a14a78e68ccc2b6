import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

import { Faces } from "./Faces.jsx";

function App() {
  const [isShown, show] = useState(true);
  return (
    <main>
      <button onClick={() => show(!isShown)}>{isShown ? "Take it away" : "Show it"}</button>
      {isShown && <Faces src={`${import.meta.env.BASE_URL}photo.jpg`} alt="Friends" />}
    </main>
  );
}

// In StrictMode React mounts each component, takes it away, and mounts it again.
createRoot(document.getElementById("root")).render(<StrictMode><App /></StrictMode>);

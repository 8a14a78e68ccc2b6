def test_x(browser, site):
    for name, w, scheme in [("light",1280,"light"),("dark",390,"dark")]:
        page = browser.new_context(viewport={"width":w,"height":900}, color_scheme=scheme).new_page()
        page.goto(site+"demos/worker/")
        page.locator("html[data-ready]").wait_for(timeout=120000)
        page.wait_for_timeout(6000)
        page.screenshot(path=f"/tmp/wk/worker-{name}.png", full_page=True)
        page.context.close()

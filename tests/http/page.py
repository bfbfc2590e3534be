"""The page of a running world in a real browser: events flow, the clock obeys, a burst is injected and seen, drifts are shown.

Arguments: the address of the world, a folder for screenshots, and the address of the same world under a path of a proxy.
Prints the user that the burst was against. Needs playwright and a Chromium, whose path is in CHROMIUM. Knows what a user
sees, and no script of the page.
"""

import os
import sys
import time

from playwright.sync_api import sync_playwright

PATIENCE_MS = 60_000


def counters(page):
    """What the table says of all events of each topic."""
    return page.locator("#topics td:nth-child(3)").all_inner_texts()


def wait_until(page, what, there):
    """Waits until `there` says so."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not there():
        assert time.monotonic() < end, f"waited in vain: {what}"
        page.wait_for_timeout(200)


def watched(browser, address, **look):
    """A page that is open, with all it complains of and all it asks of others."""
    page = browser.new_context(**look).new_page()
    page.set_default_timeout(PATIENCE_MS)
    faults = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else faults.append(asked.url))
    page.goto(address + "/")
    page.locator("#latest li").first.wait_for()
    return page, faults


def steer(page):
    """Pauses by a key, goes on, and sets the speed."""
    before = counters(page)
    wait_until(page, "events flow", lambda: counters(page) != before)
    # What is typed into a field is no command.
    page.locator("h1").click()
    page.keyboard.press("p")
    page.locator("#pause:has-text('Resume')").wait_for()
    page.locator("#answer:has-text('paused at')").wait_for()
    # What was published before the pause is told with the next status.
    page.wait_for_timeout(2_500)
    before = counters(page)
    page.wait_for_timeout(2_500)
    assert counters(page) == before, "the counters stand still"
    page.locator("#pause").click()
    page.locator("#pause:has-text('Pause')").wait_for()
    page.select_option("#speed", "3600")
    page.locator("#set-speed").click()
    page.locator("#state:has-text('3600')").wait_for()
    wait_until(page, "events flow again", lambda: counters(page) != before)


def inject(page, folder):
    """A burst against somebody who is shown, until it is in their history. The user."""
    page.locator("#anybody").click()
    page.locator("#card dl").wait_for()
    user = page.locator("#victim").input_value()
    page.locator("#inject button").click()
    page.locator("#sure").wait_for()
    page.screenshot(path=os.path.join(folder, "sure.png"))
    page.locator("#sure button[value=no]").click()
    assert page.locator("#injected").inner_text() == "", "whoever says no gets nothing"
    page.locator("#inject button").click()
    page.locator("#sure button[value=yes]").click()
    page.locator("#injected:has-text('takes effect at')").wait_for()
    page.locator("#campaigns li:has-text('asked for')").first.wait_for()

    def is_seen():
        page.locator("#find button[type=submit]").click()
        page.wait_for_timeout(300)
        return page.locator("#card li.bad").count() > 0

    wait_until(page, "the fraud is in the history", is_seen)
    return user


def campaign(page):
    """A whole campaign against a region, which begins in an hour of the world's time."""
    page.select_option("#kind", "card-testing")
    page.select_option("#against", "many")
    assert not page.locator("#victim").is_visible() and page.locator("#victims").is_visible()
    page.select_option("#begins", "3600")
    page.locator("#inject button").click()
    assert "20 people of houston" in page.locator("#sure-text").inner_text()
    page.locator("#sure button[value=yes]").click()
    page.locator("#injected:has-text('card testing to 20 people of houston: takes effect at')").wait_for()
    page.select_option("#kind", "transaction")
    assert page.locator("#amount").is_visible() and not page.locator("#count").is_visible()


def drifts(page):
    """What is scheduled lies on a line of time, with now."""
    page.locator("#drifts .timeline .now").first.wait_for()
    page.locator("#drifts .timeline .bar").first.wait_for()
    assert page.locator("#drifts li").count() > 1
    assert "→" in page.locator("#drifts li").first.inner_text()
    page.select_option("#drift", "inflation")
    page.locator("#start-drift button").click()
    page.locator("#sure button[value=yes]").click()
    page.locator("#drifted:has-text('takes effect at')").wait_for()
    page.locator("#drifts li:has-text('inflation') button").first.click()
    page.locator("#sure button[value=yes]").click()
    page.locator("#drifted:has-text('ends')").wait_for()
    page.locator("#drifts li:has-text('inflation') .stopped").first.wait_for()


def by_keyboard(page):
    """The controls are reached by Tab alone."""
    page.locator("h1").click()
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.locator(":focus").get_attribute("id"))
    assert {"pause", "speed", "set-speed", "checkpoint", "region"} <= reached, reached


def under_a_path(browser, address):
    """Through a proxy that passes the host without its port, the page asks for nothing outside of its path, and may steer."""
    page, faults = watched(browser, address)
    page.locator("#pause").click()
    page.locator("#answer:has-text('paused at')").wait_for()
    page.locator("#pause:has-text('Resume')").click()
    page.locator("#pause:has-text('Pause')").wait_for()
    assert not faults, faults


def main(address, folder, proxied):
    """All of it, on a wide screen, on a phone in the dark, and through a proxy."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        wide = {"width": 1400, "height": 1000}
        page, faults = watched(browser, address, viewport=wide, color_scheme="light")
        by_keyboard(page)
        steer(page)
        user = inject(page, folder)
        campaign(page)
        drifts(page)
        page.screenshot(path=os.path.join(folder, "wide.png"), full_page=True)
        assert not faults, faults
        phone = {"width": 390, "height": 844}
        page, faults = watched(browser, address, viewport=phone, color_scheme="dark")
        page.locator("#latest button").first.click()
        page.locator("#card dl").wait_for()
        page.screenshot(path=os.path.join(folder, "phone.png"), full_page=True)
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1], f"it is wider than the phone: {widths}"
        assert not faults, faults
        under_a_path(browser, proxied)
        browser.close()
    print(user)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3].rstrip("/"))

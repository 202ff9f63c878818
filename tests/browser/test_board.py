"""The board in a real browser: sorting, language, keyboard, print, sizes, accessibility, and not one request."""

from __future__ import annotations

import base64
import json

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium_axe_python import Axe

from assets.board.write import write_board, write_pdf
from tests.fairness.month import LAST_DAY, NARROW, publish_days
from warehouse.catalogue import catalogue

pytestmark = pytest.mark.browser
SIZES = {"office": (1366, 768), "phone": (390, 844), "wall": (1920, 1080)}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = publish_days(tmp_path_factory.mktemp("board") / "home", days=8, load=2.0)
    write_board(home, catalogue(), LAST_DAY)
    return home


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(option)
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, home):
    browser.set_window_size(*SIZES["office"])
    browser.get((home.board / "current" / "index.html").resolve().as_uri())
    return browser


def column(page, number: int) -> list[str]:
    """The texts of a column of the villages' ranking."""
    return page.execute_script(
        "const rows = document.querySelector('table.sortable').tBodies[0].rows;"
        "return [...rows].map(row => row.cells[arguments[0]].innerText)",
        number,
    )


def test_nothing_is_requested_and_nothing_complains(page, home):
    page.get_log("performance")
    page.get((home.board / "current" / "index.html").resolve().as_uri())
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    requested = {
        event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
    }
    assert {url.split(":")[0] for url in requested} <= {"file", "data"}
    assert len([url for url in requested if url.startswith("file")]) == 1
    assert page.get_log("browser") == []


def test_the_page_forbids_requests_even_to_its_own_scripts(page):
    """The guard is the browser's: a script that tries to call out is stopped by the page's own policy."""
    blocked = page.execute_async_script(
        """const done = arguments[0];
        document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), {once: true});
        fetch('http://127.0.0.1:9/').catch(() => {}); setTimeout(() => done('nothing was stopped'), 3000);"""
    )
    assert blocked == "connect-src"


def test_a_heading_sorts_and_sorts_back(page):
    before = column(page, 1)
    heading = page.find_element(By.CSS_SELECTOR, "table.sortable thead button")
    heading.click()
    heading.click()
    ranks = [int(rank.rstrip("=")) for rank in column(page, 0) if rank.rstrip("=").isdigit()]
    assert ranks == sorted(ranks, reverse=True) and len(set(ranks)) > 20
    assert page.find_element(By.CSS_SELECTOR, "th[aria-sort]").get_attribute("aria-sort") == "descending"
    heading.click()
    assert column(page, 1) == before


def test_the_keyboard_alone_switches_the_language_and_sorts(page):
    body = page.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    assert page.switch_to.active_element.get_attribute("id") == "language"
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert "villages are ranked" in body.text and "个村参加排名" not in body.text
    for _ in range(2):
        page.switch_to.active_element.send_keys(Keys.TAB)
    focused = page.switch_to.active_element
    assert focused.tag_name == "button"
    focused.send_keys(Keys.SPACE)
    assert page.find_elements(By.CSS_SELECTOR, "th[aria-sort]")
    outline = page.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus must be seen"


def assert_it_fits(browser):
    width, scroll = browser.execute_script("return [innerWidth, document.documentElement.scrollWidth]")
    assert scroll <= width, "only tables scroll sideways, the page never does"


def assert_nothing_serious(browser):
    """What axe found; nothing of it is serious."""
    axe = Axe(browser)
    axe.inject()
    found = axe.run()
    serious = [v["id"] for v in found["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == [], axe.report(found["violations"])
    return found


def test_drawings_are_seen_in_high_contrast(page):
    """Their ink stays dark where the system paints pages black, so they need paper of their own."""
    media = {
        "features": [{"name": "forced-colors", "value": "active"}, {"name": "prefers-color-scheme", "value": "dark"}]
    }
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    paper = page.execute_script("return getComputedStyle(document.querySelector('td svg')).backgroundColor")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert paper == "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", SIZES)
def test_the_page_fits_the_screen(page, name):
    page.set_window_size(*SIZES[name])
    assert_it_fits(page)
    assert page.find_element(By.CSS_SELECTOR, ".headline").is_displayed()
    assert page.find_element(By.CSS_SELECTOR, ".headline").location["y"] < SIZES[name][1] / 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", SIZES)
def test_what_an_indicator_shows_stays_inside_its_frame(page, name, language):
    page.set_window_size(*SIZES[name])
    if language == "en":
        page.execute_script("document.getElementById('language').click()")
    outside = page.execute_script(
        "return [...document.querySelectorAll('.multiples > section')].filter(frame => frame.scrollWidth >"
        " frame.clientWidth).map(frame => frame.querySelector('h3').innerText)"
    )
    assert outside == []


def test_what_is_said_of_a_table_is_no_wider_than_the_screen(page):
    page.set_window_size(*SIZES["phone"])
    said, screen = page.execute_script(
        "return [[...document.querySelectorAll('caption > *')].map(words => words.getBoundingClientRect().right),"
        " document.documentElement.clientWidth]"
    )
    assert len(said) >= 3
    assert max(said) <= screen


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["office", "phone"])
def test_axe_finds_nothing_serious(page, name, language):
    page.set_window_size(*SIZES[name])
    if language == "en":
        page.execute_script("document.getElementById('language').click()")
    assert len(assert_nothing_serious(page)["passes"]) > 15


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """The board of more units than its page lists."""
    home = publish_days(tmp_path_factory.mktemp("crowded") / "home", days=8, load=2.0, **NARROW)
    return write_board(home, catalogue(), LAST_DAY).page


@pytest.mark.parametrize("name", SIZES)
def test_a_page_that_lists_only_some_units_fits_and_is_accessible(browser, crowded, name):
    browser.set_window_size(*SIZES[name])
    browser.get(crowded.resolve().as_uri())
    assert_it_fits(browser)
    assert_nothing_serious(browser)
    browser.find_element(By.LINK_TEXT, "public_ranking.csv")


def test_colour_carries_nothing_alone(page):
    """With all colour taken away, every level still has a sign of its own beside its word."""
    signs = page.execute_script(
        "return [...document.querySelectorAll('.headline .sign')].map(sign => sign.textContent)"
    )
    assert len(set(signs)) == len(signs) == 5


def test_it_prints_on_a3_without_its_buttons(page, home):
    printed = page.print_page()
    assert base64.b64decode(printed).startswith(b"%PDF")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not page.find_element(By.ID, "language").is_displayed()
    assert not [each for each in page.find_elements(By.CSS_SELECTOR, "caption .unprinted") if each.is_displayed()]
    # The headings of a table stand on its next page as well, but for what is a box of its own.
    drawn = page.execute_script(
        "return [...document.querySelectorAll('thead button')].map(button => getComputedStyle(button).display)"
    )
    assert set(drawn) == {"contents"}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    pdf = write_pdf(home, LAST_DAY).read_bytes()
    assert pdf.startswith(b"%PDF")
    width, height = (float(side) for side in pdf.split(b"/MediaBox [0 0 ")[1].split(b"]")[0].split())
    assert (round(width), round(height)) == (842, 1191), "A3 in points"


def test_without_scripts_the_page_is_whole(home):
    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(option)
    options.binary_location = "/usr/bin/chromium"
    options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        driver.get((home.board / "current" / "index.html").resolve().as_uri())
        text = driver.find_element(By.TAG_NAME, "body").text
        assert "个村参加排名" in text and "villages are ranked" not in text
        assert not driver.find_element(By.ID, "language").is_displayed()
    finally:
        driver.quit()

// Package dashboardpicture_test looks at the picture of the dashboard, which
// stands in the observability module's README, with a browser.
package dashboardpicture_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browsers are the names to look for.
var browsers = []string{"chromium", "chromium-browser", "google-chrome"}

// faults asks a page for what a reader would stumble over: words that leave
// their tile, words that cover others, tiles that overlap.
const faults = `(() => {
  const box = e => { const b = e.getBoundingClientRect(); return {x: b.left, y: b.top, r: b.right, b: b.bottom} };
  const overlap = (a, b) => a.x < b.r - 1 && b.x < a.r - 1 && a.y < b.b - 1 && b.y < a.b - 1;
  const found = [], tiles = [...document.querySelectorAll('g.tile')];
  tiles.forEach(tile => {
    const frame = box(tile.querySelector('rect'));
    tile.querySelectorAll('text').forEach(text => {
      const b = box(text);
      if (b.x < frame.x || b.r > frame.r || b.y < frame.y || b.b > frame.b) found.push('"' + text.textContent + '" leaves its tile');
    });
  });
  const page = document.documentElement.getBoundingClientRect(), texts = [...document.querySelectorAll('text')];
  texts.forEach((one, i) => {
    const b = box(one);
    if (b.r > page.right || b.b > page.bottom) found.push('"' + one.textContent + '" leaves the page');
    texts.slice(i + 1).forEach(other => { if (overlap(b, box(other))) found.push('"' + one.textContent + '" covers "' + other.textContent + '"') });
  });
  tiles.forEach((one, i) => tiles.slice(i + 1).forEach(other => {
    if (overlap(box(one.querySelector('rect')), box(other.querySelector('rect')))) found.push('two tiles overlap');
  }));
  return {found, tiles: tiles.length, texts: texts.length};
})()`

// sight is what faults gives.
type sight struct {
	Found []string `json:"found"`
	Tiles int      `json:"tiles"`
	Texts int      `json:"texts"`
}

// TestPictureOfTheDashboard draws it in a browser, keeps it as
// build/dashboard.png and looks for what cannot be read.
func TestPictureOfTheDashboard(t *testing.T) {
	var browser string
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil {
			browser = found
			break
		}
	}
	if browser == "" {
		t.Skip("SKIPPED: the picture of the dashboard is not looked at: none of " + strings.Join(browsers, ", ") + " is on the path")
	}
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "modules", "observability", "dashboard.svg"))
	if err != nil {
		t.Fatal(err)
	}
	// The browser keeps a socket there, whose path must be short.
	room, err := os.MkdirTemp("", "browser-") //nolint:usetesting // the test's own folders have long names
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(room); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath(browser), chromedp.Env("TMPDIR="+room), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.WindowSize(1300, 1000))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if _, err := chromedp.Run(ctx, chromedp.Navigate("file://"+path)); err != nil {
		t.Fatal(err)
	}
	seen, err := chromedp.Run(ctx, chromedp.Evaluate[sight](faults))
	if err != nil {
		t.Fatal(err)
	}
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range seen.Found {
		t.Error(fault)
	}
	if seen.Tiles < 15 || seen.Texts < 50 {
		t.Errorf("the picture has %d tiles and %d texts: that is no dashboard", seen.Tiles, seen.Texts)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	if n := colours(picture); n < 6 {
		t.Errorf("the picture has %d colours: nothing was drawn", n)
	}
	build := filepath.Join("..", "..", "..", "build")
	if err := os.MkdirAll(build, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(build, "dashboard.png"), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

// colours counts the colours of a picture, up to a hundred.
func colours(picture image.Image) int {
	seen := map[[3]uint32]bool{}
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y && len(seen) < 100; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			seen[[3]uint32{r, g, b}] = true
		}
	}
	return len(seen)
}

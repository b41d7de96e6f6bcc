package console

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// phone is the width of a usual telephone's window, in CSS pixels.
const phone = 390

// ending is the demo with somebody whose access ends within an hour.
func ending(t *testing.T) *server.Server {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	server.DemoIn(t, data).Stop(t)
	for _, line := range []string{
		"group create administrators",
		"connector grant aws-a administrators",
		"group add-member administrators " + carol + " --for 45m",
		"group add-member SSO-AWS-A " + carol + " --for 45m",
		"group add-member SSO-AWS-B " + carol + " --for 45m",
	} {
		server.Must(t, "", append([]string{"--data", data}, strings.Fields(line)...)...)
	}
	return server.DemoIn(t, data)
}

// A form stands beside its hint in a wide window and above it in a narrow one, so no
// one width speaks for the others.
func TestNoPageAboutMembershipsScrollsSidewaysAtAnyWidth(t *testing.T) {
	t.Parallel()
	tab := enter(t, ending(t), owner, "/admin")
	for _, path := range []string{
		"/admin/groups/SSO-AWS-A", "/admin/users/" + carol + "/groups",
		"/admin/connectors/aws-a/access", "/admin/users/" + carol + "/access",
	} {
		tab.Open(path)
		for _, width := range []int64{chrome.Narrowest, phone, 700, 800, 1000} {
			tab.Wear("light", width)
			if got := chrome.Ask[int64](tab, `document.documentElement.scrollWidth`); got > width {
				t.Errorf("%s is %d px wide in a window of %d px", path, got, width)
			}
			if !chrome.Ask[bool](tab, `[...document.querySelectorAll(".sheet > table")].every((e) => e.offsetWidth <= e.parentElement.clientWidth)`) {
				t.Errorf("the table of %s reaches beyond its sheet in a window of %d px", path, width)
			}
		}
	}
}

func TestAPhoneShowsWhenAccessEndsAndBreaksGroupsBetweenWordsOnly(t *testing.T) {
	t.Parallel()
	tab := enter(t, ending(t), owner, "/admin")
	for _, c := range []struct{ path, shows string }{
		{"/admin/connectors/aws-a/access", "a role session opened now ends"},
		{"/admin/users/" + carol + "/access", "a role session opened now ends"},
	} {
		tab.Open(c.path)
		tab.Wear("light", phone)
		if text := chrome.Ask[string](tab, `document.body.innerText`); !strings.Contains(text, c.shows) {
			t.Errorf("%s does not show %q in a window of %d px", c.path, c.shows, phone)
		}
		if !chrome.Ask[bool](tab, `[...document.querySelectorAll("td time")].some((e) => e.checkVisibility())`) {
			t.Errorf("%s shows no end in a window of %d px", c.path, phone)
		}
		if words := chrome.Ask[[]string](tab, brokenWords); len(words) > 0 {
			t.Errorf("%s breaks within %q in a window of %d px", c.path, words, phone)
		}
		tab.Keep("phone" + strings.ReplaceAll(c.path, "/", "-"))
	}
}

// brokenWords are the words of groups' names that stand in more lines than one.
const brokenWords = `[...document.querySelectorAll(".tag")].flatMap((tag) => [...tag.textContent.matchAll(/\w+/g)].filter((word) => {
	const range = document.createRange();
	range.setStart(tag.firstChild, word.index);
	range.setEnd(tag.firstChild, word.index + word[0].length);
	return range.getClientRects().length > 1;
}).map(String))`

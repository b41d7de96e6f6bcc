package walkthrough

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

func TestMain(m *testing.M) { os.Exit(server.Main(m)) }

// guide is docs/walkthrough.md: its pieces by the name in the comment above each.
// A piece is a block of code or a numbered list.
type guide map[string]string

// pieces are all that the guide has, and that the tests do.
var pieces = []string{
	"begin: serve", "begin: owner", "begin: key", "begin: token", "begin: shell",
	"console: connectors", "console: people", "console: activate", "console: links", "console: close", "console: delete",
	"api: shell", "api: connectors", "api: people", "api: activate", "api: links", "api: close", "api: delete",
	"file: gatepost.yaml", "file: apply", "file: links", "file: close", "file: delete", "file: delete several",
	"aws: account", "end: export",
}

var (
	named = regexp.MustCompile("(?m)^<!-- (\\w+: [^>]+) -->\n(?:```\\w+\n((?s:.*?))\n```$|((?:\\d\\. .*\n(?:   .*\n)*)+))")
	fence = regexp.MustCompile("(?m)^```\\w+$")
)

func readGuide(t testing.TB) guide {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(tool.Root(), "..", "docs", "walkthrough.md"))
	if err != nil {
		t.Fatal(err)
	}
	g := guide{}
	for _, found := range named.FindAllStringSubmatch(string(text), -1) {
		if g[found[1]] != "" {
			t.Fatalf("the guide has %q twice", found[1])
		}
		g[found[1]] = found[2] + found[3]
	}
	return g
}

// piece is what stands under a name.
func (g guide) piece(t testing.TB, name string) string {
	t.Helper()
	if g[name] == "" {
		t.Fatalf("the guide has no piece %q", name)
	}
	return g[name]
}

func TestEachPieceOfTheGuideIsKnownHereAndNoCommandStandsOutsideOfOne(t *testing.T) {
	g := readGuide(t)
	for _, name := range pieces {
		g.piece(t, name)
	}
	for name := range g {
		if !slices.Contains(pieces, name) {
			t.Errorf("nobody does the piece %q", name)
		}
	}
	text, err := os.ReadFile(filepath.Join(tool.Root(), "..", "docs", "walkthrough.md"))
	if err != nil {
		t.Fatal(err)
	}
	rest := named.ReplaceAllString(string(text), "")
	if strings.Contains(rest, "<!--") || fence.MatchString(rest) || regexp.MustCompile(`(?m)^\d\. `).MatchString(rest) {
		t.Errorf("the guide has commands or clicks that stand under no name:\n%s", rest)
	}
}

package walkthrough

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/server"
)

// TestTheThreeWaysEndInTheSameStoredState does docs/walkthrough.md by console,
// with scripts and without, by API and by one file.
func TestTheThreeWaysEndInTheSameStoredState(t *testing.T) {
	ends := map[string]*end{}
	t.Run("the ways", func(t *testing.T) {
		for _, w := range []struct {
			name  string
			begin func(testing.TB) way
		}{
			{"by API", func(t testing.TB) way { return newAPI(t) }},
			{"by file", func(t testing.TB) way { return newFile(t) }},
			{"by console", func(t testing.TB) way { return newConsole(t, true) }},
			{"by console without scripts", func(t testing.TB) way { return newConsole(t, false) }},
		} {
			mine := &end{}
			ends[w.name] = mine
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				*mine = walk(w.begin(t))
			})
		}
	})
	first := ends["by API"]
	for name, other := range ends {
		if first.walked() && other.walked() && *other != *first {
			t.Errorf("%s ends in another state. By API:\n%s\n%s:\n%s", name, first, name, other)
		}
	}
}

// end is what was stored when people had signed in, and when all was deleted.
type end struct{ open, deleted string }

// walked is false for a way that was left out or came to no end.
func (e end) walked() bool { return e.open != "" }

func (e end) String() string { return e.open + "---\n" + e.deleted }

// walk is the whole way.
func walk(w way) end {
	in := w.self()
	in.Helper()
	w.setsUp()
	links := w.links()
	if len(links) != 3 || slices.Compact(slices.Clone(links))[0] == "" {
		in.Fatalf("the links are %q", links)
	}
	for _, link := range links {
		in.newPassword(link)
	}
	in.shell("begin: shell", "aws: account")
	in.peopleSignIn(w.arrives)

	result := end{open: in.export()}
	in.unchangedBy(in.guideFile())
	stays := in.server.SignIn(in, alice)
	stays.Launch(in, "aws-a")
	w.closes()
	in.isClosed(stays, "aws-a")
	stays.Launch(in, "aws-b")
	w.deletes()
	for _, slug := range []string{"aws-a", "aws-b", "wiki"} {
		in.isClosed(stays, slug)
		if page := stays.Get(in, "/metadata/"+slug); page.Status != http.StatusNotFound {
			in.Errorf("the metadata of %s are answered %d after it is deleted", slug, page.Status)
		}
	}
	result.deleted = in.export()
	return result
}

// isClosed demands that the very next launch is refused.
func (in *installation) isClosed(p *server.Person, slug string) {
	in.Helper()
	page := p.Get(in, "/sso/"+slug)
	if page.Status != http.StatusNotFound || strings.Contains(page.Body, "SAMLResponse") {
		in.Errorf("/sso/%s is answered %d", slug, page.Status)
	}
}

var nameID = regexp.MustCompile(`(?m)^( *name_id: )\S+$`)

// export is what is stored, but for what must differ between installations: the
// address, since each has a port of its own, and people's name IDs, which are
// random. A key is not in an export, only where it is kept and whose it is.
func (in *installation) export() string {
	in.Helper()
	text := in.shell("begin: shell", "end: export")
	if random := nameID.FindAllString(text, -1); len(random) != 4 || len(slices.Compact(slices.Sorted(slices.Values(random)))) != 4 {
		in.Errorf("four people should have a name ID each, and have %q", random)
	}
	text = nameID.ReplaceAllString(text, "${1}RANDOM")
	return strings.ReplaceAll(text, in.server.URL, guideURL)
}

// unchangedBy demands that applying a file would change nothing: by Gatepost's own
// judgement the stored state is what the file says.
func (in *installation) unchangedBy(file string) {
	in.Helper()
	result := server.Run(in, "", "--server", in.server.URL, "--token", in.token, "diff", "-f", filepath.Join(in.folder, file), "--exit-code")
	if result.Code != 0 {
		in.Errorf("what is stored is not what the file says: exit %d\n%s%s", result.Code, result.Stdout, result.Stderr)
	}
}

// guideFile is the guide's file, beside the key that it names.
func (in *installation) guideFile() string {
	in.Helper()
	const name = "as-the-guide-has-it.yaml"
	in.must(os.WriteFile(filepath.Join(in.folder, name), []byte(in.guide.piece(in, "file: "+fileName)+"\n"), 0o600))
	return name
}

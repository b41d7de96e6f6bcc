package walkthrough

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// way is an administrator at work.
type way interface {
	self() *installation
	// setsUp makes connectors, groups and people, and opens the connectors.
	setsUp()
	// links are links to set a password by: alice's, bob's and carol's.
	links() []string
	// arrives signs a person in.
	arrives(email string) person
	// closes deactivates the first connector.
	closes()
	// deletes deletes the first connector, then the others together.
	deletes()
}

func (in *installation) self() *installation { return in }

var passwordLink = regexp.MustCompile(`http://localhost:\d+/password\?token=[\w-]+`)

// byAPI is the administrator with curl.
type byAPI struct{ *installation }

func newAPI(t testing.TB) byAPI {
	t.Helper()
	in := begin(t)
	in.firstOwner()
	return byAPI{in}
}

// does runs pieces after those that make the shell ready for them.
func (w byAPI) does(names ...string) string {
	w.Helper()
	return w.shell(append([]string{"begin: shell", "api: shell"}, names...)...)
}

func (w byAPI) setsUp() {
	w.Helper()
	w.says(w.does("api: connectors", "api: people", "api: activate"), "CloudTrail", `"accepted":true`)
}

func (w byAPI) links() []string { return passwordLink.FindAllString(w.does("api: links"), -1) }
func (w byAPI) closes()         { w.does("api: close") }
func (w byAPI) deletes()        { w.does("api: delete") }

// byFile is the administrator with a file in git.
type byFile struct{ *installation }

const fileName = "gatepost.yaml"

func newFile(t testing.TB) byFile {
	t.Helper()
	in := begin(t)
	in.firstOwner()
	in.must(os.WriteFile(filepath.Join(in.folder, fileName), []byte(in.guide.piece(t, "file: "+fileName)+"\n"), 0o600))
	return byFile{in}
}

// edits changes the file: what stands from one text up to another becomes new.
func (w byFile) edits(from, to, replacement string) {
	w.Helper()
	file := filepath.Join(w.folder, fileName)
	text, err := os.ReadFile(file)
	w.must(err)
	before, rest, begun := strings.Cut(string(text), from)
	_, after, ended := strings.Cut(rest, to)
	if !begun || !ended {
		w.Fatalf("the file has no %q with a %q after it:\n%s", from, to, text)
	}
	w.must(os.WriteFile(file, []byte(before+replacement+to+after), 0o600))
}

func (w byFile) setsUp() {
	w.Helper()
	w.says(w.typed("yes\n", "begin: shell", "file: apply"), "to add", "SAML-User in account "+account)
}

func (w byFile) links() []string {
	w.Helper()
	return passwordLink.FindAllString(w.shell("begin: shell", "file: links"), -1)
}

func (w byFile) closes() {
	w.Helper()
	w.edits("    active: true\n", "    roles:", "    active: false\n")
	w.says(w.typed("yes\n", "begin: shell", "file: close"), "2 lose access")
}

func (w byFile) deletes() {
	w.Helper()
	w.edits("  - slug: aws-a\n", "  - slug: aws-b\n", "")
	w.says(w.typed("yes\n", "begin: shell", "file: delete"), "1 to destroy")
	w.typed("2\n", "begin: shell", "file: delete several")
	w.edits("connectors:\n", "groups:\n", "connectors: []\n")
	w.unchangedBy(fileName)
}

// says demands that an output has the texts.
func (in *installation) says(output string, texts ...string) {
	in.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			in.Errorf("nothing says %q:\n%s", text, output)
		}
	}
}

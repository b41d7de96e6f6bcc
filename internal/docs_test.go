package internal_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the floors into docs/architecture.md anew")

// eachText calls do with every file of the repository that a person may read, by
// its path from the root.
func eachText(t *testing.T, do func(name, text string)) {
	t.Helper()
	passed := []string{".git", ".gatepost", ".gatepost-demo", ".aws-sam", "node_modules", "build", "bin"}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(passed, entry.Name()) {
			return fs.SkipDir
		}
		if !entry.Type().IsRegular() || slices.Contains([]string{".png", ".sum"}, filepath.Ext(name)) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err == nil {
			do(name, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// elsewhere are names of notes that never were in the repository, and the marks by
// which they number their rules: a reader cannot look them up. What such a note
// knows belongs into a comment, or into a document of docs.
var elsewhere = regexp.MustCompile(`\bDESIG[N]\b|\bAWS-SAM[L]\b|\bSECURITY-U[X]\b|\bANCHOR[S]\b|\bSTYLE\.m[d]\b|\bWALKTHROUG[H]\b|// .*\[[A-Z]\d{1,2}\]|// .*\b[A-Z]\d{1,2}, [A-Z]\d{1,2}\b`)

func TestNothingCitesADocumentThatIsNotHere(t *testing.T) {
	eachText(t, func(name, text string) {
		for i, line := range strings.Split(text, "\n") {
			if found := elsewhere.FindString(line); found != "" {
				t.Errorf("%s:%d cites %q, which no reader has: say here what it says", name, i+1, found)
			}
		}
	})
}

var (
	fences   = regexp.MustCompile("(?ms)^```.*?^```$")
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	noAnchor = regexp.MustCompile("[^a-z0-9 _-]")
)

// anchors are the fragments by which a document's headings can be linked to.
func anchors(text string) []string {
	var all []string
	for _, found := range heading.FindAllStringSubmatch(fences.ReplaceAllString(text, ""), -1) {
		all = append(all, strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-"))
	}
	return all
}

func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	eachDocument(t, func(name, text string) {
		for _, found := range link.FindAllStringSubmatch(fences.ReplaceAllString(text, ""), -1) {
			if strings.Contains(found[1], "://") || strings.HasPrefix(found[1], "mailto:") {
				continue
			}
			path, fragment, _ := strings.Cut(found[1], "#")
			target := filepath.Join("..", filepath.Dir(name), path)
			if path == "" {
				target = filepath.Join("..", name)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", name, found[1])
				continue
			}
			if fragment == "" || !strings.HasSuffix(target, ".md") {
				continue
			}
			there, err := os.ReadFile(target)
			if err != nil || !slices.Contains(anchors(string(there)), fragment) {
				t.Errorf("%s links to %s, which has no such heading", name, found[1])
			}
		}
	})
}

func eachDocument(t *testing.T, do func(name, text string)) {
	t.Helper()
	eachText(t, func(name, text string) {
		if strings.HasSuffix(name, ".md") {
			do(name, text)
		}
	})
}

// explaining are the documents that explain the code: what they name in it exists.
func explaining(name string) bool {
	return slices.Contains([]string{"CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/glossary.md"}, name) || strings.HasPrefix(name, "docs/decisions/")
}

var (
	inTicks = regexp.MustCompile("`([^`\n]+)`")
	inTree  = regexp.MustCompile(`^(?:internal|cmd|functions|docs|itest|bench|events)/[\w./{},*-]+$|^[\w-]+\.(?:yaml|toml|md|mod)$|^Makefile$`)
	named   = regexp.MustCompile(`^(\w+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?$`)
)

// TestWhatTheDocumentsNameExists looks for every file, and every exported name
// written as package.Name, that stands between backticks.
func TestWhatTheDocumentsNameExists(t *testing.T) {
	names := exported(t)
	eachDocument(t, func(document, text string) {
		if !explaining(document) {
			return
		}
		for _, found := range inTicks.FindAllStringSubmatch(fences.ReplaceAllString(text, ""), -1) {
			word := found[1]
			if inTree.MatchString(word) {
				hits, err := filepath.Glob(filepath.Join("..", word))
				if err != nil || len(hits) == 0 {
					t.Errorf("%s names the file %s, which is not there: name the one that took its place", document, word)
				}
				continue
			}
			parts := named.FindStringSubmatch(word)
			if parts == nil || names[parts[1]] == nil {
				continue
			}
			for _, name := range parts[2:] {
				if name != "" && !names[parts[1]][name] {
					t.Errorf("%s names %s, which is not in package %s: name what took its place", document, word, parts[1])
				}
			}
		}
	})
}

// exported are the exported names of each package of internal, by its last word:
// functions, methods, types, fields, values.
func exported(t *testing.T) map[string]map[string]bool {
	names := map[string]map[string]bool{}
	eachFile(t, func(name string, _ *token.FileSet, file *ast.File) {
		if !strings.HasPrefix(name, "internal/") {
			return
		}
		if names[file.Name.Name] == nil {
			names[file.Name.Name] = map[string]bool{}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[file.Name.Name][n.Name.Name] = true
			case *ast.TypeSpec:
				names[file.Name.Name][n.Name.Name] = true
			case *ast.Field:
				for _, id := range n.Names {
					names[file.Name.Name][id.Name] = true
				}
			case *ast.ValueSpec:
				for _, id := range n.Names {
					names[file.Name.Name][id.Name] = true
				}
			}
			return true
		})
	})
	return names
}

const (
	floorsBegin = "<!-- floors: go test ./internal/ -update -->\n"
	floorsEnd   = "<!-- /floors -->\n"
)

// drawing is the floors from the top down, one a line.
func drawing() string {
	lines := []string{"```"}
	for i, floor := range slices.Backward(floors) {
		line := fmt.Sprintf("%2d ", i)
		for _, name := range floor {
			name = strings.TrimPrefix(name, "internal/")
			if len(line)+len(name) > 115 {
				lines, line = append(lines, line), "   "
			}
			line += " " + name
		}
		lines = append(lines, line)
	}
	return strings.Join(append(lines, "```"), "\n") + "\n"
}

func TestTheFloorsAreDrawnAsTheyAre(t *testing.T) {
	const document = "../docs/architecture.md"
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), floorsBegin)
	_, after, ended := strings.Cut(rest, floorsEnd)
	if !begun || !ended {
		t.Fatalf("%s lacks %q or %q", document, floorsBegin, floorsEnd)
	}
	want := before + floorsBegin + drawing() + floorsEnd + after
	if string(text) == want {
		return
	}
	if !*update {
		t.Fatalf("%s draws other floors: run go test ./internal/ -update", document)
	}
	err = os.WriteFile(document, []byte(want), 0o644)
	if err != nil {
		t.Fatal(err)
	}
}

func TestContributingSaysTheBudgets(t *testing.T) {
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(string(text)), " ")
	for _, want := range []string{
		fmt.Sprintf("A file has at most %d lines, and half of them at most %d.", maxFile, medianFile),
		fmt.Sprintf("A function has at most %d, nine of ten at most %d, and half of them at most %d.", maxFunction, ninthDecile, halfFunction),
		fmt.Sprintf("at most %s methods of their own", []string{"no", "one", "two", "three", "four", "five"}[maxMethods]),
	} {
		if !strings.Contains(said, want) {
			t.Errorf("CONTRIBUTING.md does not say: %s", want)
		}
	}
}

// maxMethods is how many methods an interface has, those of the interfaces that it
// is made of apart.
const maxMethods = 4

// wide are the interfaces that have more: what a service's own client offers, and
// what a whole kind of thing can be asked for.
var wide = []string{
	"internal/store/dynamodb.API",
	"internal/plan.ConnectorSite", "internal/plan.UserSite", "internal/plan.GroupSite",
	"internal/web/portal.Store",
}

func TestInterfacesAreNarrow(t *testing.T) {
	left := slices.Clone(wide)
	eachFile(t, func(name string, _ *token.FileSet, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, isType := n.(*ast.TypeSpec)
			if !isType {
				return true
			}
			shape, isInterface := spec.Type.(*ast.InterfaceType)
			if !isInterface {
				return true
			}
			methods := 0
			for _, field := range shape.Methods.List {
				methods += len(field.Names)
			}
			full := filepath.ToSlash(filepath.Dir(name)) + "." + spec.Name.Name
			i := slices.Index(left, full)
			switch {
			case i >= 0 && methods > maxMethods:
				left = slices.Delete(left, i, i+1)
			case methods > maxMethods:
				t.Errorf("interface %s has %d methods, the budget is %d", full, methods, maxMethods)
			}
			return true
		})
	})
	for _, name := range left {
		t.Errorf("interface %s is narrow by now, or gone: take it off the list", name)
	}
}

// TestTheFirstMinutesAreTold reads what a newcomer reads: that something happens
// while the program is built, and which choice of a token the commands need.
func TestTheFirstMinutesAreTold(t *testing.T) {
	for file, want := range map[string]string{
		"../Makefile":                       "\nrun:\n\t@echo ",
		"../README.md":                      "*Read and change, as far as your role goes*",
		"../docs/walkthrough.md":            "*Read and change, as far as your role goes*",
		"../internal/web/console/tokens.go": `"Read and change, as far as your role goes"`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s does not say %q", file, want)
		}
	}
}

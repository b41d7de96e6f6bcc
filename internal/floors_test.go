// Package internal_test checks the shape of the house: which package may import
// which, and how large files and functions may grow.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

const module = "github.com/gatepost/gatepost/"

// floors lists the packages from the ground up. A package imports those of lower
// floors and none of its own.
var floors = [][]string{
	{"internal/idp", "internal/growtest"},
	{"internal/saml", "internal/store", "internal/session"},
	{"internal/keys"},
	{"internal/awsfed", "internal/signin", "internal/metadata", "internal/resource",
		"internal/store/bolt", "internal/store/dynamodb", "internal/store/storetest", "internal/keys/file", "internal/keys/kms", "internal/keys/secrets", "internal/keys/desk", "internal/keys/keystest", "internal/saml/samltest"},
	{"internal/plan"},
	{"internal/sso", "internal/admin", "internal/client"},
	{"internal/web/page", "internal/web/reqctx", "internal/web/api/strict"},
	{"internal/web/problem", "internal/web/caller"},
	{"internal/web/guard", "internal/web/gateway"},
	{"internal/web/launch", "internal/web/portal", "internal/web/metadata", "internal/web/setup", "internal/web/console", "internal/web/demoacs", "internal/web/api"},
	{"internal/app/environment"},
	{"internal/app/proxies", "internal/app/tables", "internal/app/custody", "internal/app/start"},
	{"internal/app/installation"},
	{"internal/app/serve", "internal/app/sso", "internal/app/portal", "internal/app/metadata", "internal/app/keys", "internal/app/admin"},
	{"functions/sso", "functions/portal", "functions/metadata", "functions/keys", "functions/admin", "cmd/gatepost"},
}

// onlyIn says which packages alone may import a module: so that the domain stays
// free of I/O, one package speaks XML, and one knows the embedded store.
var onlyIn = map[string][]string{
	"net/http":                            {"internal/session", "internal/store/dynamodb", "internal/web", "internal/app", "internal/client", "cmd"},
	"html/template":                       {"internal/web/page"},
	"github.com/beevik/etree":             {"internal/saml"},
	"github.com/russellhaering/goxmldsig": {"internal/saml"},
	"go.etcd.io/bbolt":                    {"internal/store/bolt"},
	"github.com/spf13/cobra":              {"cmd"},
	"golang.org/x/crypto/argon2":          {"internal/signin"},
	"os":                                  {"internal/saml/samltest", "internal/app", "internal/store/bolt", "internal/keys/file", "cmd"},
}

func TestArrowsPointOneWay(t *testing.T) {
	level := map[string]int{}
	for i, floor := range floors {
		for _, name := range floor {
			_, twice := level[name]
			if twice {
				t.Errorf("package %s stands on two floors", name)
			}
			level[name] = i
		}
	}
	for name, imports := range importsByPackage(t) {
		own, known := level[name]
		if !known {
			t.Errorf("package %s stands on no floor; give it one", name)
			continue
		}
		for _, imported := range imports {
			short, ours := strings.CutPrefix(imported, module)
			if !ours {
				continue
			}
			if level[short] >= own {
				t.Errorf("%s imports %s, which is not below it", name, short)
			}
		}
	}
}

func TestOnlyTheirPackagesImportThem(t *testing.T) {
	for name, imports := range importsByPackage(t) {
		for _, imported := range imports {
			allowed, limited := onlyIn[imported]
			if limited && !slices.ContainsFunc(allowed, func(prefix string) bool { return name == prefix || strings.HasPrefix(name, prefix+"/") }) {
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}

// The budget is that of the code bases we look up to: a reader holds a file and
// a function in mind at once.
const (
	maxFile      = 450
	medianFile   = 150
	maxFunction  = 80
	ninthDecile  = 45
	halfFunction = 15
)

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	var files, functions []int
	eachFile(t, func(name string, set *token.FileSet, file *ast.File) {
		if strings.HasSuffix(filepath.Dir(name), "test") {
			return // a suite that others run is a test, not the product
		}
		lines := set.Position(file.End()).Line
		files = append(files, lines)
		if lines > maxFile {
			t.Errorf("%s has %d lines, the budget is %d", name, lines, maxFile)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			length := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
			functions = append(functions, length)
			if length > maxFunction {
				t.Errorf("%s: function %s has %d lines, the budget is %d", name, f.Name.Name, length, maxFunction)
			}
		}
	})
	sort.Ints(files)
	sort.Ints(functions)
	within(t, "median file", files[len(files)/2], medianFile)
	within(t, "median function", functions[len(functions)/2], halfFunction)
	within(t, "nine of ten functions", functions[len(functions)*9/10], ninthDecile)
}

func within(t *testing.T, what string, got, most int) {
	t.Helper()
	t.Logf("%s: %d lines", what, got)
	if got > most {
		t.Errorf("%s: %d lines, the budget is %d", what, got, most)
	}
}

func importsByPackage(t *testing.T) map[string][]string {
	imports := map[string][]string{}
	eachFile(t, func(name string, _ *token.FileSet, file *ast.File) {
		dir := filepath.ToSlash(filepath.Dir(name))
		for _, spec := range file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if !slices.Contains(imports[dir], path) {
				imports[dir] = append(imports[dir], path)
			}
		}
		imports[dir] = append([]string{}, imports[dir]...)
	})
	return imports
}

// eachFile parses every file of the product's module that is no test.
func eachFile(t *testing.T, do func(name string, set *token.FileSet, file *ast.File)) {
	t.Helper()
	root := ".."
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		top, _, _ := strings.Cut(filepath.ToSlash(name), "/")
		if entry.IsDir() {
			if top != "." && !slices.Contains([]string{"internal", "cmd", "functions"}, top) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		do(name, set, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

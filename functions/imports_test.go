package functions_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const ours = "github.com/gatepost/gatepost/"

// Modules of other people; a slash at the end stands for all below.
const (
	lambdaGo   = "github.com/aws/aws-lambda-go"
	proxy      = "github.com/awslabs/aws-lambda-go-api-proxy"
	sdk        = "github.com/aws/aws-sdk-go-v2"
	service    = sdk + "/service/"
	smithy     = "github.com/aws/smithy-go"
	etree      = "github.com/beevik/etree"
	goxmldsig  = "github.com/russellhaering/goxmldsig"
	clockwork  = "github.com/jonboulle/clockwork" // goxmldsig's clock
	strictJSON = "github.com/go-json-experiment/json"
	crypto     = "golang.org/x/crypto"
	text       = "golang.org/x/text"
	system     = "golang.org/x/sys"
	syncgo     = "golang.org/x/sync" // the store's calls that are made at once
	image      = "golang.org/x/image"
	huma       = "github.com/danielgtaylor/huma/v2"
	yaml       = "go.yaml.in/yaml/v3"
)

// base is what every function is made of: the runtime, and the SDK without its
// loader of configuration (sdk + "/config"), which would look for files, profiles
// and instance metadata, and is half of the SDK's start.
var base = []string{
	lambdaGo, smithy, sdk, sdk + "/credentials", sdk + "/internal/", service + "internal/", service + "dynamodb", syncgo,
}

// nowhere is what no function links: what belongs to one process that does all,
// and what only a person at a terminal needs.
var nowhere = []string{
	ours + "internal/app/serve", ours + "internal/app/installation", ours + "internal/store/bolt", ours + "internal/keys/file",
	ours + "internal/web/demoacs", ours + "internal/client", ours + "cmd",
	"net/rpc", // with it the linker keeps every method of everything; -tags lambda.norpc leaves it out
	"testing",
}

// policy says what each function may link of other people's modules beyond base,
// and what it must not link of ours. What a program does not hold it cannot be
// made to do, and nobody waits for it at a start.
var policy = []rule{
	{
		"sso", // signs for who is signed in; signs nobody in, changes nothing
		[]string{proxy, service + "kms", service + "secretsmanager", etree, goxmldsig, clockwork},
		[]string{"internal/signin", "internal/admin", "internal/resource", "internal/keys/desk", "internal/web/portal", "internal/web/metadata", "internal/web/setup", "internal/web/api", "internal/web/caller"},
	},
	{
		"portal", // signs people in; knows no key and no service that has one
		[]string{proxy, etree, goxmldsig, clockwork, crypto, text, system},
		[]string{"internal/keys", "internal/app/custody", "internal/sso", "internal/admin", "internal/resource", "internal/web/launch", "internal/web/metadata", "internal/web/setup", "internal/web/api", "internal/web/caller"},
	},
	{
		"metadata", // reads connectors and certificates; knows neither people nor keys
		// goxmldsig comes with the package that writes the document.
		[]string{proxy, etree, goxmldsig, clockwork},
		[]string{"internal/keys", "internal/app/custody", "internal/session", "internal/signin", "internal/sso", "internal/awsfed", "internal/admin", "internal/resource", "internal/web/launch", "internal/web/portal", "internal/web/setup", "internal/web/api", "internal/web/caller"},
	},
	{
		"admin", // writes configuration and people; holds no key and no service that has one, and starts no session
		// goxmldsig comes with the test of a connector, crypto with the first owner's link.
		[]string{proxy, service + "lambda", sdk + "/aws/protocol/", etree, goxmldsig, clockwork, strictJSON, huma, yaml, image, crypto, text, system},
		[]string{"internal/keys/kms", "internal/keys/secrets", "internal/app/custody", "internal/sso", "internal/web/launch", "internal/web/portal", "internal/web/metadata"},
	},
	{
		"keys", // makes keys for whoever may invoke it; has no page and no password
		// The client for Lambda stands beside the protocol that it speaks.
		[]string{service + "kms", service + "secretsmanager", service + "lambda", sdk + "/aws/protocol/", strictJSON},
		[]string{"internal/web", "internal/signin", "internal/sso", "internal/awsfed", "internal/saml", "internal/admin", "internal/resource"},
	},
}

type rule struct {
	function string
	may      []string // modules
	mustNot  []string // packages, with all that is below them
}

func TestAFunctionLinksWhatItsPolicySays(t *testing.T) {
	for _, r := range policy {
		t.Run(r.function, func(t *testing.T) {
			may := append(slices.Clone(base), r.may...)
			mustNot := slices.Clone(nowhere)
			for _, name := range r.mustNot {
				mustNot = append(mustNot, ours+name)
			}
			for _, p := range dependencies(t, "./"+r.function) {
				if under(p.path, mustNot) {
					t.Errorf("%s must not link %s", r.function, p.path)
				}
				if p.module != "" && p.module+"/" != ours && !listed(p.module, may) {
					t.Errorf("%s may not link %s, of the module %s", r.function, p.path, p.module)
				}
			}
		})
	}
}

func TestEveryFunctionHasAPolicy(t *testing.T) {
	folders, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		covered := slices.ContainsFunc(policy, func(r rule) bool { return r.function == folder.Name() })
		if folder.IsDir() && folder.Name() != "testdata" && !covered {
			t.Errorf("functions/%s has no policy", folder.Name())
		}
	}
}

// A name that is misspelled, or of a package that has moved, would forbid nothing.
func TestThePolicyForbidsOnlyWhatExists(t *testing.T) {
	all := dependencies(t, "-test", "../...", "net/rpc")
	forbidden := slices.Clone(nowhere)
	for _, r := range policy {
		for _, name := range r.mustNot {
			forbidden = append(forbidden, ours+name)
		}
	}
	for _, name := range forbidden {
		if !slices.ContainsFunc(all, func(p linked) bool { return under(p.path, []string{name}) }) {
			t.Errorf("no package is named %s", name)
		}
	}
}

// linked is a package that a program is linked from; module is empty for Go's own.
type linked struct{ path, module string }

// dependencies lists the packages as they are deployed.
func dependencies(t *testing.T, arguments ...string) []linked {
	t.Helper()
	list := append([]string{"list", "-deps", "-tags", "lambda.norpc", "-f", "{{.ImportPath}} {{with .Module}}{{.Path}}{{end}}"}, arguments...)
	command := exec.CommandContext(t.Context(), "go", list...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	var problem strings.Builder
	command.Stderr = &problem
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, problem.String())
	}
	var all []linked
	for line := range strings.Lines(string(output)) {
		path, module, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		all = append(all, linked{path, module})
	}
	if len(all) < 10 {
		t.Fatalf("go list named %d packages", len(all))
	}
	return all
}

// under reports whether a path is one of the names, or inside one.
func under(path string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return path == name || strings.HasPrefix(path, name+"/") })
}

// listed reports whether a module is one of the names, or below one with a slash
// at its end.
func listed(module string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return module == name || strings.HasSuffix(name, "/") && strings.HasPrefix(module, name)
	})
}

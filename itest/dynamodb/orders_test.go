package dynamodb

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

// TestCallsLeaveTheProcessAsTheyAlwaysDid holds against a golden file what the
// SDK sends for each operation and each query: which call, so which permission,
// under which condition, how consistently; and what the emulators make of it.
func TestCallsLeaveTheProcessAsTheyAlwaysDid(t *testing.T) {
	for name, start := range map[string]func(testing.TB) string{"kumo": emulator.Kumo, "DynamoDB Local": emulator.DynamoDBLocal} {
		t.Run("on "+name, func(t *testing.T) {
			address := start(t)
			names := emulator.Tables(t, emulator.Client(address))
			proxy := fault.New(t, address)
			tables := dynamodb.New(emulator.Client(proxy.URL), names, patient(noon))
			sent := make(chan string, 100)
			proxy.Always(fault.Any, fault.Look(func(h http.Header, body []byte) {
				sent <- h.Get("X-Amz-Target") + "\n" + laidOut(body)
			}))
			var got strings.Builder
			for _, c := range slices.Concat(writes(), reads()) {
				err := c.call(t, tables)
				fmt.Fprintf(&got, "# %s\n", c.name)
				for len(sent) > 0 {
					got.WriteString(withoutChance(<-sent, names))
				}
				fmt.Fprintf(&got, "-> %s\n\n", said(err))
			}
			golden(t, "orders.txt", got.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		err := os.WriteFile(path, []byte(got), 0o644)
		if err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func said(err error) string {
	if err != nil {
		return err.Error()
	}
	return "done"
}

// laidOut is a request's JSON with one value a line, in an order that does not
// change.
func laidOut(body []byte) string {
	var fields any
	err := json.Unmarshal(body, &fields)
	if err != nil {
		return "no JSON: " + err.Error() + "\n"
	}
	var w strings.Builder
	layOut(&w, "", fields)
	return w.String()
}

func layOut(w *strings.Builder, indent string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			layOutNamed(w, indent+name+":", indent, v[name])
		}
	case []any:
		for _, element := range v {
			layOutNamed(w, indent+"-", indent, element)
		}
	}
}

func layOutNamed(w *strings.Builder, name, indent string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, kind := range []string{"S", "N", "B"} {
			if scalar, is := v[kind].(string); is && len(v) == 1 {
				fmt.Fprintf(w, "%s %s %q\n", name, kind, scalar)
				return
			}
		}
	case []any:
	default:
		fmt.Fprintf(w, "%s %v\n", name, v)
		return
	}
	fmt.Fprintln(w, name)
	layOut(w, indent+"  ", value)
}

// word is the random word of a write.
var word = regexp.MustCompile(`\b[0-9a-f]{32}\b`)

// withoutChance names tables and the words of writes by what they are. The same
// word has the same name.
func withoutChance(request string, names dynamodb.Names) string {
	request = strings.NewReplacer(names.Config, "config", names.Directory, "directory", names.Activity, "activity").Replace(request)
	var known []string
	return word.ReplaceAllStringFunc(request, func(w string) string {
		if !slices.Contains(known, w) {
			known = append(known, w)
		}
		return fmt.Sprintf("<word %d>", slices.Index(known, w)+1)
	})
}

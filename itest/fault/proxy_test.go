package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// echo is a target that answers with what it was asked, and how often it was.
func echo(t *testing.T) (string, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL, &asked
}

const question = "how do you do?"

// ask sends a question as AWS's SDK would and returns the status and the answer;
// an error is -1.
func ask(p *Proxy, operation string) (int, string) {
	return askUntil(context.Background(), p, operation)
}

// askUntil is ask by a client that gives up at the context's end.
func askUntil(ctx context.Context, p *Proxy, operation string) (int, string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, strings.NewReader(question))
	if err != nil {
		return -1, err.Error()
	}
	request.Header.Set("X-Amz-Target", "Service_2012."+operation)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return -1, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return -1, err.Error()
	}
	return response.StatusCode, string(body)
}

func TestFaultsDoWhatTheySay(t *testing.T) {
	for name, c := range map[string]struct {
		fault   Fault
		status  int
		answer  string // part of it
		reaches int64  // calls that reach the target
		held    bool   // there is no answer; the client gives up
	}{
		"none":             {nil, 200, question, 1, false},
		"Refuse":           {Refuse(), -1, "", 0, false},
		"Lose":             {Lose(), -1, "", 1, false},
		"Hang":             {Hang(), -1, "", 0, true},
		"LoseSlowly":       {LoseSlowly(), -1, "", 1, true},
		"Cut":              {Cut(), -1, "unexpected EOF", 1, false},
		"Delay":            {Delay(time.Millisecond), 200, question, 1, false},
		"Delay of an hour": {Delay(time.Hour), -1, "", 0, true},
		"Throttle":         {Throttle(), 400, "#ThrottlingException", 0, false},
		"Wire":             {Wire(418, nil, "short and stout"), 418, "short and stout", 0, false},
		"Look":             {Look(func(http.Header, []byte) {}), 200, question, 1, false},
		"Dated":            {Dated(time.Hour), 200, question, 1, false},
		"Fail":             {Fail(), 500, "#InternalServerError", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, reached := echo(t)
			p := New(t, target)
			if c.fault != nil {
				p.Next(Any, c.fault)
			}
			ctx, giveUp := context.WithCancel(t.Context())
			defer giveUp()
			if c.held {
				go func() {
					for len(p.Calls()) == 0 || reached.Load() < c.reaches {
						runtime.Gosched()
					}
					giveUp()
				}()
			}
			status, answer := askUntil(ctx, p, "Greet")
			if status != c.status || !strings.Contains(answer, c.answer) || reached.Load() != c.reaches {
				t.Errorf("got %d %q after %d calls of the target", status, answer, reached.Load())
			}
		})
	}
}

func TestFaultsBefallTheCallsTheyArePlannedFor(t *testing.T) {
	target, _ := echo(t)
	p := New(t, target)
	p.Next("Greet", Throttle(), Fail())
	p.Always("Part", Fail())
	var got []int
	for _, operation := range []string{"Sing", "Greet", "Part", "Greet", "Greet", "Part"} {
		status, _ := ask(p, operation)
		got = append(got, status)
	}
	p.Heal()
	status, _ := ask(p, "Part")
	got = append(got, status)
	if want := []int{200, 400, 500, 500, 200, 500, 200}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := fmt.Sprint(p.Calls()); got != "[Sing Greet Part Greet Greet Part Part]" {
		t.Errorf("the calls are %s", got)
	}
	p.Forget()
	if len(p.Calls()) != 0 {
		t.Error("the calls are not forgotten")
	}
}

func TestWhatIsSaidAndSeenIsTheWholeCall(t *testing.T) {
	target, _ := echo(t)
	p := New(t, target)
	seen := ""
	p.Next(Any, Wire(http.StatusOK, map[string]string{"X-Amz-Function-Error": "Unhandled"}, "{}"))
	p.Always(Any, Look(func(header http.Header, body []byte) { seen = header.Get("X-Amz-Target") + " " + string(body) }))
	response, err := http.Post(p.URL, "text/plain", strings.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header; got.Get("X-Amz-Function-Error") != "Unhandled" || got.Get("Content-Type") != "application/x-amz-json-1.1" {
		t.Errorf("said %v", got)
	}
	if status, _ := ask(p, "Greet"); status != http.StatusOK || seen != "Service_2012.Greet "+question {
		t.Errorf("saw %q", seen)
	}
}

func TestAProxyGoesDownAndComesUpAtTheSameAddress(t *testing.T) {
	target, _ := echo(t)
	p := New(t, target)
	p.Down(t)
	if status, err := ask(p, "Greet"); status != -1 || !strings.Contains(err, "refused") {
		t.Errorf("got %d %q, want a refused connection", status, err)
	}
	p.Up(t)
	if status, err := ask(p, "Greet"); status != 200 {
		t.Errorf("got %d %q", status, err)
	}
}

func TestUnprocessedKeysAreDividedFromTheOthers(t *testing.T) {
	const body = `{"RequestItems":{"t":{"ConsistentRead":true,"Keys":[{"pk":{"S":"1"}},{"pk":{"S":"2"}},{"pk":{"S":"3"}}]}}}`
	for n, want := range map[int]string{
		0: `{"t":{"ConsistentRead":true,"Keys":[{"pk":{"S":"1"}},{"pk":{"S":"2"}},{"pk":{"S":"3"}}]}} {}`,
		1: `{"t":{"ConsistentRead":true,"Keys":[{"pk":{"S":"2"}},{"pk":{"S":"3"}}]}} {"t":{"ConsistentRead":true,"Keys":[{"pk":{"S":"1"}}]}}`,
		9: `{} {"t":{"ConsistentRead":true,"Keys":[{"pk":{"S":"1"}},{"pk":{"S":"2"}},{"pk":{"S":"3"}}]}}`,
	} {
		asked, left, err := divide([]byte(body), n)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(asked)
		l, _ := json.Marshal(left)
		if got := string(a) + " " + string(l); got != want {
			t.Errorf("%d keys: got %s, want %s", n, got, want)
		}
	}
}

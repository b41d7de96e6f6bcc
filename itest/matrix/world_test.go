package matrix

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/gatepost/gatepost/internal/admin"
	app "github.com/gatepost/gatepost/internal/app/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
	"github.com/gatepost/gatepost/itest/lambda/front"
)

const (
	address = "https://sso.example.com"
	account = "111122223333"
)

// world is an installation with a thing of each kind and with everybody who comes
// in. It is made once, as a folder: who changes something works on a copy.
type world struct {
	folder  string
	callers []caller
	other   string // ID of a token of somebody else
	export  string // the declarative file with the people, and a new name for alice
	upload  string // a private key and its certificate, as a body
}

// site is the function admin over a folder, behind a front that plays API Gateway.
type site struct {
	*testing.T
	service *admin.Service
	front   *front.Front
}

// open serves a folder until the test ends.
func open(t *testing.T, folder string) *site {
	t.Helper()
	database, err := bolt.Open(filepath.Join(folder, "gatepost.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	custody, err := file.Open(filepath.Join(folder, "keys"))
	if err != nil {
		t.Fatal(errors.Join(err, database.Close()))
	}
	t.Cleanup(func() {
		err := errors.Join(custody.Close(), database.Close())
		if err != nil {
			t.Error(err)
		}
	})
	stored := store.New(database, time.Now)
	keeper := &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: custody}, Default: idp.CustodyFile, Uploads: idp.CustodyFile, Store: stored, Now: time.Now,
	}
	s := &site{T: t, service: &admin.Service{Store: stored, Keys: keeper, Passwords: signin.New(stored, time.Now), URL: address, Now: time.Now}}
	base, err := url.Parse(address)
	s.must(err)
	function, err := app.Over(environment.Config{URL: base, AdminRoles: adminRoles()}, stored, keeper, slog.New(slog.DiscardHandler))
	s.must(err)
	invoke := func(ctx context.Context, text []byte) ([]byte, error) {
		var event events.APIGatewayV2HTTPRequest
		err := json.Unmarshal(text, &event)
		if err != nil {
			return nil, err
		}
		answer, err := function(ctx, event)
		if err != nil {
			return nil, err
		}
		return json.Marshal(answer)
	}
	s.front = &front.Front{
		Routes:      map[string]front.Function{"POST /iam/token": invoke, "$default": invoke},
		Authorizers: map[string]front.Authorizer{"POST /iam/token": vouch},
		Failed:      func(route string, err error) { t.Errorf("%s: %v", route, err) },
	}
	return s
}

// adminRoles is the function's word on which role of IAM is which administrator
// role.
func adminRoles() string {
	var list []string
	for _, role := range administrators {
		list = append(list, string(role)+"=arn:aws:iam::"+account+":role/gatepost-"+string(role))
	}
	return strings.Join(list, ",")
}

// vouch stands for IAM: who says which role they have has it.
func vouch(r *http.Request) *front.Caller {
	return &front.Caller{AccountID: account, UserARN: "arn:aws:sts::" + account + ":assumed-role/gatepost-" + r.Header.Get("Authorization") + "/test"}
}

// copied is a copy of the world's folder, open to its owner alone.
func (w *world) copied(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	err := os.CopyFS(folder, os.DirFS(w.folder))
	if err == nil {
		err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				return os.Chmod(path, 0o700)
			}
			return os.Chmod(path, 0o600)
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// send sends a request to the function.
func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	s.Helper()
	w := httptest.NewRecorder()
	s.front.ServeHTTP(w, r)
	return w
}

// request is a request below the root of the config API, or at an address of its
// own.
func (s *site) request(method, path string, body io.Reader) *http.Request {
	if !strings.HasPrefix(path, "/iam") {
		path = "/api/v1" + path
	}
	return httptest.NewRequestWithContext(s.Context(), method, address+path, body)
}

// latest is the ID of the latest event, but for those that tell of a refusal alone.
func (s *site) latest() string {
	s.Helper()
	list, _, err := s.service.Store.Events(s.Context(), store.EventFilter{Limit: store.MaxPage})
	s.must(err)
	for _, e := range list {
		if e.Action != idp.ActionDenied {
			return e.ID
		}
	}
	s.Fatal("there is no event of anything that was done")
	return ""
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

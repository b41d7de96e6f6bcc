package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

func TestFlagsAndEnvironmentNameOneInstallation(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler("https://evil.example/", http.StatusSeeOther))
	t.Cleanup(elsewhere.Close)
	const server, token = "GATEPOST_SERVER", "GATEPOST_TOKEN"
	cases := []struct {
		name  string
		env   map[string]string
		args  []string
		code  int
		error string
	}{
		{"a server and a data folder", nil, []string{"--server", "https://sso.example.com", "--token", "gp_x", "--data", data}, 2, "both a server and a store"},
		{"a server and tables", nil, []string{"--server", "https://sso.example.com", "--token", "gp_x", "--store", "dynamodb"}, 2, "both a server and a store"},
		{"a server of the environment and a data folder", map[string]string{server: "https://sso.example.com", token: "gp_x"}, []string{"--data", data}, 2, "both a server and a store"},
		{"a server and a data folder of the environment", map[string]string{"GATEPOST_DATA": data}, []string{"--server", "https://sso.example.com", "--token", "gp_x"}, 2, "both a server and a store"},
		{"no server, no folder", nil, nil, 2, "there is no data folder here"},
		{"a server without a token", nil, []string{"--server", "https://sso.example.com"}, 2, "there is no token"},
		{"a token without a server", nil, []string{"--token", "gp_x"}, 2, "none is named"},
		{"AWS credentials without a server", nil, []string{"--data", data, "--iam"}, 2, "none is named"},
		{"a token of the environment without a server", map[string]string{token: "gp_x"}, []string{"--data", data}, 0, ""},
		{"a token and AWS credentials", nil, []string{"--server", "https://sso.example.com", "--token", "gp_x", "--iam"}, 2, "two ways to say who asks"},
		{"AWS credentials without a region", map[string]string{token: "gp_x"}, []string{"--server", "https://sso.example.com", "--iam"}, 2, "AWS region"},
		{"a server that is no address", nil, []string{"--server", "sso.example.com", "--token", "gp_x"}, 2, "is not the address of a site"},
		{"a server with a path", nil, []string{"--server", "https://sso.example.com/api/v1", "--token", "gp_x"}, 2, "is not the address of a site"},
		{"a token in the clear", nil, []string{"--server", "http://sso.example.com", "--token", "gp_x"}, 2, "others can read it"},
		{"a server that is not there", nil, []string{"--server", gone.URL, "--token", "gp_x"}, 1, "hint: check the address"},
		{"a server that leads elsewhere", nil, []string{"--server", elsewhere.URL, "--token", "gp_x"}, 1, "leads to another address, https://evil.example"},
		{"a store that does not exist", nil, []string{"--store", "postgres"}, 2, "is not a store"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range []string{server, token, "GATEPOST_DATA", "AWS_REGION", "AWS_DEFAULT_REGION"} {
				t.Setenv(name, c.env[name])
			}
			t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
			t.Chdir(t.TempDir())
			exits(t, c.code, c.error, append(c.args, "user", "list")...)
		})
	}
}

func TestPasswordsAreNeverSentToAServer(t *testing.T) {
	asked := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("the server is asked %s", r.URL) }))
	t.Cleanup(asked.Close)
	t.Setenv("GATEPOST_DATA", "")
	at := []string{"--server", asked.URL, "--token", "gp_x"}
	exits(t, 2, "never sent over the config API", append(at, "user", "set-password", "alice@example.com")...)
	exits(t, 2, "never sent over the config API", append(at, "user", "create", "alice@example.com", "--password-stdin")...)
	exits(t, 2, "leave --user out", append(at, "token", "create", "--name", "ci", "--user", "alice@example.com")...)
}

// A server that knows one AWS principal and gives it a token.
func awsServer(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /iam/token", func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "Credential=AKIDEXAMPLE/") || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/execute-api/aws4_request") {
			t.Errorf("signed as %q", r.Header.Get("Authorization"))
		}
		_, _ = io.WriteString(w, `{"token":"gp_of_aws","expires_at":"2099-01-01T00:00:00Z"}`)
	})
	mux.HandleFunc("GET /api/v1/users", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer gp_of_aws" {
			t.Errorf("asked as %q", r.Header.Get("Authorization"))
		}
		_, _ = io.WriteString(w, `{"items":[{"email":"alice@example.com"}],"next":""}`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestAWSCredentialsAreATokenOfOneRun(t *testing.T) {
	server := awsServer(t)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_REGION": "us-east-1", "AWS_PROFILE": "",
		"GATEPOST_DATA": "", "GATEPOST_TOKEN": "gp_of_the_environment", "GATEPOST_SERVER": server.URL,
	} {
		t.Setenv(name, value)
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"--iam", "--aws-region", "eu-west-1", "user", "list"}, strings.NewReader(""), &out, &errs)
	if code != exitDone || !strings.Contains(out.String(), "alice@example.com") {
		t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
	}
}

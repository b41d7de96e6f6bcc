package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/bench/internal/process"
	"github.com/gatepost/gatepost/internal/saml"
)

// site is an identity provider with one person signed in.
type site struct {
	kind
	server   *process.Server
	client   http.Client
	metadata *saml.Descriptor
}

// kind is what differs between the sites.
type kind struct {
	label    string
	signs    int        // signatures in a response
	signIn   string     // path of the form
	form     url.Values // who signs in
	path     string     // of a launch
	metadata string     // path of it
	judge    func(*site, *saml.Document) error
}

const password = "as long as the launch is fast"

var (
	ours = kind{
		label: "gatepost serve", signs: 1, path: "/sso/aws-a", metadata: "/metadata/aws-a", judge: judgeAsAWS,
		signIn: "/signin", form: url.Values{"username": {"alice@example.com"}, "password": {password}, "next": {"/"}},
	}
	peers = kind{
		label: "crewjam samlidp", signs: 2, path: "/login/aws-a", metadata: "/metadata", judge: judgeShape,
		signIn: "/login", form: url.Values{"user": {"alice"}, "password": {password}},
	}
)

// program is how a site is built and started.
type program struct {
	kind
	binary      string // built when empty
	module, pkg string
	args        []string
}

func (o options) programs(folder string) []program {
	serve := func(data string) []string {
		return []string{
			"serve", "--demo", "--demo-acs=false", "--demo-password", password, "--addr", "127.0.0.1:0", "--data", filepath.Join(folder, data),
		}
	}
	all := []program{{kind: ours, module: o.root, pkg: "./cmd/gatepost", args: serve("data")}}
	if o.beside != "" {
		other := ours
		other.label = filepath.Base(o.beside)
		all = append(all, program{kind: other, binary: o.beside, args: serve("beside")})
	}
	return append(all, program{kind: peers, module: filepath.Join(o.root, "bench"), pkg: "./cmd/samlidp", args: []string{"-password", password}})
}

// begin starts all that is measured. end stops it and removes what it kept.
func begin(ctx context.Context, o options) (all []contender, end func() error, err error) {
	err = os.MkdirAll(o.builds, 0o755)
	if err != nil {
		return nil, nil, err
	}
	folder, err := os.MkdirTemp(o.builds, "http-")
	if err != nil {
		return nil, nil, err
	}
	ends := []func() error{func() error { return os.RemoveAll(folder) }}
	end = func() error {
		var failed error
		for _, one := range slices.Backward(ends) {
			failed = errors.Join(failed, one())
		}
		return failed
	}
	base, err := newRaw()
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	all = append(all, base)
	for _, p := range o.programs(folder) {
		s, err := p.start(ctx, o, folder)
		if err != nil {
			return nil, nil, errors.Join(err, end())
		}
		ends = append(ends, s.server.Stop)
		err = s.enter(ctx)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("%s: %w", p.label, err), end())
		}
		all = append(all, s)
	}
	return all, end, nil
}

// start builds and starts a server. Its log goes to a file, as a service's would.
func (p program) start(ctx context.Context, o options, folder string) (*site, error) {
	var err error
	if p.binary == "" {
		p.binary, err = process.Build(ctx, p.module, p.pkg, o.builds)
		if err != nil {
			return nil, err
		}
	}
	command := exec.CommandContext(ctx, p.binary, p.args...)
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	if o.procs != "" {
		command.Env = append(command.Env, "GOMAXPROCS="+o.procs)
	}
	log, err := os.Create(filepath.Join(folder, p.label+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close() // the server has its own hold of it
	command.Stderr = log
	server, err := process.Serve(command)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return &site{kind: p.kind, server: server, client: http.Client{
		Jar:           jar,
		Timeout:       time.Minute,
		Transport:     &http.Transport{DialContext: loopback, DisableCompression: true, MaxIdleConnsPerHost: levels[len(levels)-1]},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// loopback reaches nothing but this machine, whatever the name says.
func loopback(ctx context.Context, network, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	return d.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
}

// enter signs the person in and reads the metadata.
func (s *site) enter(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.server.URL+s.signIn, strings.NewReader(s.form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	err = response.Body.Close()
	if err != nil {
		return err
	}
	if len(response.Cookies()) == 0 {
		return fmt.Errorf("sign-in is answered %s without a cookie", response.Status)
	}
	document, err := s.get(ctx, s.kind.metadata)
	if err != nil {
		return err
	}
	s.metadata, err = saml.ReadMetadata(document)
	return err
}

func (s *site) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() // nothing was written, so closing cannot lose anything
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s is answered %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

func (s *site) name() string    { return s.label }
func (s *site) signatures() int { return s.signs }
func (s *site) pid() int        { return s.server.PID() }
func (s *site) begin()          { s.client.CloseIdleConnections() }

func (s *site) launch(ctx context.Context) ([]byte, error) { return s.get(ctx, s.path) }

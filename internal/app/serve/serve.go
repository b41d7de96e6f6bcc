package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/app/proxies"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// How long a request may take, and how long a launch may wait for the store and
// the key.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = time.Minute
	idleTimeout  = 2 * time.Minute
	launchBudget = 5 * time.Second
	shutdownTime = 10 * time.Second
)

// Run serves until ctx ends. What a person needs to begin (the address and, in
// the demo, the password, a token and whom to sign in as) is written to out, a line
// each.
func Run(ctx context.Context, c Config, out io.Writer, log *slog.Logger) error {
	err := c.Check()
	if err != nil {
		return err
	}
	via, err := proxies.Read()
	if err != nil {
		return err
	}
	if c.Demo && c.WhomToAsk == "" {
		c.WhomToAsk = demoOwner
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	address, err := c.address(listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	site, err := open(ctx, c, address, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	err = begin(ctx, c, site, address, out)
	if err != nil {
		return errors.Join(err, listener.Close(), site.Close())
	}
	return errors.Join(run(ctx, listener, c, via, site, address, log), site.Close())
}

// open opens the data folder or the tables of a deployment.
func open(ctx context.Context, c Config, address *url.URL, log *slog.Logger) (*installation.Installation, error) {
	if !c.DynamoDB {
		return installation.OpenFolder(ctx, installation.FolderOptions{Path: c.Data, URL: address.String(), Now: time.Now})
	}
	env, err := environment.Read(environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable)
	if err != nil {
		return nil, err
	}
	env.URL = address
	if env.KeysFunction == "" {
		log.WarnContext(ctx, "keys are made and used by this process, which the key policies of a deployment do not allow: this works against emulators only")
	}
	return installation.OpenAWS(ctx, env, time.Now)
}

// begin prepares the installation and tells how to begin.
func begin(ctx context.Context, c Config, site *installation.Installation, address *url.URL, out io.Writer) error {
	lines := []string{"url: " + address.String()}
	if c.Demo {
		demo, err := fillDemo(ctx, site, c.DemoPassword)
		if err != nil {
			return err
		}
		err = site.NoteURL(ctx)
		if err != nil {
			return err
		}
		lines = append(lines, "password: "+demo.password, "token: "+demo.token, "sign in as: "+demoNames())
	} else {
		err := refuseDemo(ctx, site)
		if err != nil {
			return err
		}
		err = site.NoteURL(ctx)
		if err != nil {
			return err
		}
		link, err := firstOwner(ctx, site)
		if err != nil {
			return err
		}
		if link != "" {
			lines = append(lines, "setup: "+link)
		}
	}
	for _, line := range lines {
		_, err := fmt.Fprintln(out, line)
		if err != nil {
			return fmt.Errorf("write to standard output: %w", err)
		}
	}
	return nil
}

// firstOwner is the setup link of a store that has no owner yet.
func firstOwner(ctx context.Context, site *installation.Installation) (string, error) {
	owners, err := site.Store.Owners(ctx)
	if err != nil || len(owners) > 0 {
		return "", err
	}
	return site.Admin.NewSetup(ctx, admin.Actor{Name: "gatepost serve"})
}

func run(ctx context.Context, listener net.Listener, c Config, via reqctx.Via, site *installation.Installation, address *url.URL, log *slog.Logger) error {
	handler, err := newHandler(c, via, site, address, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	log.InfoContext(ctx, "serving", "addr", listener.Addr().String(), "url", address.String(), "version", environment.Version())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err = server.Shutdown(stop)
	if err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}

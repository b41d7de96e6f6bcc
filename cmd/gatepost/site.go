package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// site is what a command works on: the config API of a server, or the same API in
// this process on a store that is open.
type site struct {
	*client.Client
	local *installation.Installation // the open store; nil with a server
}

func (s *site) close() error {
	if s.local == nil {
		return nil
	}
	return s.local.Close()
}

// action is what a command does on a site.
type action func(ctx context.Context, s *site, args []string) error

// on runs an action on the installation that flags and environment name.
func (p *program) on(do action) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := p.open(cmd.Context())
		if err != nil {
			return err
		}
		err = do(cmd.Context(), s, args)
		closing := s.close()
		if err != nil {
			return err
		}
		return closing
	}
}

func (p *program) open(ctx context.Context) (*site, error) {
	err := p.checkTarget()
	if err != nil {
		return nil, err
	}
	if p.server != "" {
		c, err := p.dial(ctx)
		return &site{Client: c}, err
	}
	i, err := p.openStore(ctx)
	if err != nil {
		return nil, err
	}
	c, err := p.mount(i)
	return &site{Client: c, local: i}, err
}

// openStore opens the tables of a deployment, the data folder that was named, or
// an existing .gatepost.
func (p *program) openStore(ctx context.Context) (*installation.Installation, error) {
	if p.store == dynamoDB {
		return p.openAWS(ctx)
	}
	path := p.data
	if path == "" {
		path = installation.DefaultFolder
	}
	if p.data == "" && !installation.Exists(path) {
		return nil, &usageError{"there is no data folder here", "name one with --data, or a server with --server, or make a folder with: gatepost serve"}
	}
	c, err := environment.Read()
	if err != nil {
		text, hint := explain(err)
		return nil, &usageError{text, hint}
	}
	o := installation.FolderOptions{Path: path, Now: time.Now}
	if c.URL != nil {
		o.URL = c.URL.String()
	}
	return installation.OpenFolder(ctx, o)
}

func (p *program) openAWS(ctx context.Context) (*installation.Installation, error) {
	c, err := environment.Read(environment.URL, environment.ConfigTable, environment.DirectoryTable, environment.ActivityTable)
	if err != nil {
		text, hint := explain(err)
		return nil, &usageError{text, hint}
	}
	return installation.OpenAWS(ctx, c, time.Now)
}

// mount puts the config API on an open store, for requests of this process alone.
// What fails inside of it is told on errs, as serve tells it in its log.
func (p *program) mount(i *installation.Installation) (*client.Client, error) {
	base, err := url.Parse(i.Admin.URL)
	if err != nil {
		return nil, fmt.Errorf("address of the installation: %w", err)
	}
	handler := api.New(api.Options{
		Service:      i.Admin,
		Authenticate: func(r *http.Request) (admin.Actor, error) { return operator(reqctx.From(r.Context()).RequestID), nil },
		Version:      environment.Version(),
		Log:          slog.New(slog.NewTextHandler(p.errs, &slog.HandlerOptions{Level: slog.LevelError, ReplaceAttr: brief})),
	})
	return client.New(client.Options{Base: base, Transport: client.Direct(reqctx.Direct(handler)), UserAgent: userAgent(), Warned: p.warn}), nil
}

// brief keeps of the cause of a failure its first line: where a panic came from is
// in the log of serve, and no word for a terminal.
func brief(_ []string, a slog.Attr) slog.Attr {
	if a.Key != "error" {
		return a
	}
	first, _, _ := strings.Cut(fmt.Sprint(a.Value.Any()), "\n")
	return slog.String(a.Key, first)
}

// operator is who works on an open store: whoever can write to it is an owner.
func operator(requestID string) admin.Actor {
	name := "unknown"
	current, err := user.Current()
	if err == nil {
		name = current.Username
	}
	return admin.Actor{Name: "cli:" + name, Role: idp.AdminOwner, Operator: true, UserAgent: userAgent(), RequestID: requestID}
}

package main

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) connectorCommand() *cobra.Command {
	cmd := family("connector", "Connectors: create, change, grant, activate, test, delete")
	connectors := listing[resource.Connector]{
		short: "List connectors, by the beginning of their slug", example: "  gatepost connector list aws- -o json\n  gatepost connector list --search production",
		heading: []string{"SLUG", "LABEL", "KIND", "ACTIVE", "KEY", "GROUPS"}, row: connectorRow, shape: shapeOf,
		all: func(s *site, ctx context.Context, l client.List) iter.Seq2[resource.Connector, error] {
			return s.Connectors(ctx, l)
		},
	}
	cmd.AddCommand(
		connectors.command(p), p.connectorCreate(), p.connectorUpdate(), p.connectorDelete(), p.connectorTest(),
		p.onConnector("show", "Show a connector", func(ctx context.Context, s *site, slug string) error {
			c, err := s.Connector(ctx, slug)
			if err != nil {
				return err
			}
			return p.show(shapeOf(c), connectorRows(c))
		}),
		p.onConnectors("activate", "Open connectors for their groups, if a sign-in would work", (*client.Client).ActivateConnector, "%s is active"),
		p.onConnectors("deactivate", "Close connectors for everybody, at once", (*client.Client).DeactivateConnector, "%s is inactive"),
		p.onConnector("metadata", "Print the SAML metadata that AWS takes as a SAML provider", func(ctx context.Context, s *site, slug string) error {
			document, err := s.Metadata(ctx, slug)
			if err != nil {
				return err
			}
			return p.document(document)
		}),
		p.onConnector("access", "List who can open a connector, with each role, the group by which, and why AWS would refuse them", p.access),
		p.onGrant("grant", "Open a connector to a group", (*client.Client).Grant, "%s is open to group %s"),
		p.onGrant("revoke", "Close a connector to a group", (*client.Client).Revoke, "%s is closed to group %s"),
	)
	return cmd
}

// onConnector is a command about one connector.
func (p *program) onConnector(use, short string, do func(context.Context, *site, string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " SLUG", Short: short, Example: "  gatepost connector " + use + " aws-a",
		Args: cobra.ExactArgs(1), ValidArgsFunction: p.complete(slugs),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error { return do(ctx, s, args[0]) }),
	}
}

// onConnectors is a command about connectors, one after the other. It stops at the
// first that it cannot do.
func (p *program) onConnectors(use, short string, do func(*client.Client, context.Context, string) error, told string) *cobra.Command {
	return &cobra.Command{
		Use: use + " SLUG...", Short: short, Example: "  gatepost connector " + use + " aws-a\n  gatepost connector " + use + " aws-a aws-b",
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: p.complete(slugs, slugs, slugs),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			for _, slug := range args {
				err := do(s.Client, ctx, slug)
				if err != nil && len(args) > 1 {
					return errors.Join(p.note("stopped at %s; those after it are as they were", slug), err)
				}
				err = p.done(err, told, slug)
				if err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

func (p *program) onGrant(use, short string, do func(*client.Client, context.Context, string, string) error, told string) *cobra.Command {
	return &cobra.Command{
		Use: use + " SLUG GROUP", Short: short, Example: "  gatepost connector " + use + " aws-a SSO-AWS-A",
		Args: cobra.ExactArgs(2), ValidArgsFunction: p.complete(slugs, groups),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			return p.done(do(s.Client, ctx, args[0], args[1]), told, args[0], args[1])
		}),
	}
}

// bookmark is a bookmark as the API shows it: without what only AWS needs.
type bookmark struct {
	Slug        string   `json:"slug" yaml:"slug"`
	Kind        string   `json:"kind" yaml:"kind"`
	Label       string   `json:"label" yaml:"label"`
	Description string   `json:"description" yaml:"description"`
	ImageURL    string   `json:"image_url" yaml:"image_url"`
	Shown       *bool    `json:"shown" yaml:"shown"`
	Active      bool     `json:"active" yaml:"active"`
	URL         string   `json:"url" yaml:"url"`
	Groups      []string `json:"groups" yaml:"groups"`
	Version     uint64   `json:"version" yaml:"version"`
	CreatedAt   string   `json:"created_at" yaml:"created_at"`
	UpdatedAt   string   `json:"updated_at" yaml:"updated_at"`
}

// shapeOf is a connector as the API shows it.
func shapeOf(c resource.Connector) any {
	if c.Kind != string(idp.KindBookmark) {
		return c
	}
	return bookmark{
		Slug: c.Slug, Kind: c.Kind, Label: c.Label, Description: c.Description, ImageURL: c.ImageURL, Shown: c.Shown, Active: c.Active,
		URL: c.URL, Groups: c.Groups, Version: c.Version, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
}

func connectorRow(c resource.Connector) []string {
	state := ""
	if c.Key != nil {
		state = c.Key.State
	}
	return []string{c.Slug, c.Label, c.Kind, yesNo(c.Active), state, strings.Join(c.Groups, ", ")}
}

func connectorRows(c resource.Connector) [][]string {
	rows := [][]string{
		{"slug", c.Slug}, {"label", c.Label}, {"kind", c.Kind}, {"active", yesNo(c.Active)},
		{"shown", yesNo(c.Shown == nil || *c.Shown)}, {"groups", strings.Join(c.Groups, ", ")},
	}
	if c.URL != "" {
		return append(rows, []string{"url", c.URL})
	}
	rows = append(rows, []string{"entity ID", c.EntityID}, []string{"partition", c.Partition})
	for _, role := range c.Roles {
		rows = append(rows, []string{"role", role.RoleARN}, []string{"  provider", role.ProviderARN})
		if len(role.Groups) > 0 {
			rows = append(rows, []string{"  only for", strings.Join(role.Groups, ", ")})
		}
	}
	for _, a := range c.Attributes {
		rows = append(rows, []string{"attribute", a.Name + " = " + a.Value})
	}
	rows = append(rows, []string{"session duration", c.SessionDuration})
	return append(rows, keyRows(c.Key)...)
}

func (p *program) access(ctx context.Context, s *site, slug string) error {
	ways, err := client.Collect(s.Access(ctx, slug))
	if err != nil {
		return err
	}
	err = p.show(ways, tableOf([]string{"EMAIL", "ROLE", "GROUP", "UNTIL", "ACTIVE", "SESSION ENDS", "WARNING", "REASON"}, ways, func(w resource.Access) []string {
		return []string{w.Email, w.RoleARN, w.Group, w.ExpiresAt, yesNo(w.Active), w.SessionEnds, w.Warning, w.Reason}
	}))
	if err != nil {
		return err
	}
	return p.note("%s", resource.CountAccess(ways))
}

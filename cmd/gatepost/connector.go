package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) connectorCommand() *cobra.Command {
	cmd := family("connector", "Connectors: create, change, grant, activate, delete")
	cmd.AddCommand(
		p.connectorList(), p.connectorCreate(), p.connectorUpdate(), p.connectorDelete(), p.connectorAccess(),
		p.onConnector("show", "Show a connector", func(ctx context.Context, s *admin.Service, slug string) error {
			c, err := s.ShowConnector(ctx, slug)
			if err != nil {
				return err
			}
			return p.show(c, connectorRows(c))
		}),
		p.onConnector("activate", "Open a connector for its groups, if a sign-in would work", func(ctx context.Context, s *admin.Service, slug string) error {
			return p.done(s.Activate(ctx, actor(), slug), "%s is active", slug)
		}),
		p.onConnector("deactivate", "Close a connector for everybody, at once", func(ctx context.Context, s *admin.Service, slug string) error {
			return p.done(s.Deactivate(ctx, actor(), slug), "%s is inactive", slug)
		}),
		p.onConnector("metadata", "Print the SAML metadata that AWS takes as a SAML provider", func(ctx context.Context, s *admin.Service, slug string) error {
			document, err := s.Metadata(ctx, slug)
			if err != nil {
				return err
			}
			_, err = p.out.Write(document)
			return err
		}),
		p.onGrant("grant", "Open a connector to a group", (*admin.Service).Grant, "%s is open to group %s"),
		p.onGrant("revoke", "Close a connector to a group", (*admin.Service).Revoke, "%s is closed to group %s"),
	)
	return cmd
}

// onConnector is a command about one connector.
func (p *program) onConnector(use, short string, do func(context.Context, *admin.Service, string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " SLUG", Short: short, Example: "  gatepost connector " + use + " aws-a", Args: cobra.ExactArgs(1),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error { return do(ctx, s, args[0]) }),
	}
}

func (p *program) onGrant(use, short string, do func(*admin.Service, context.Context, admin.Actor, string, string) error, told string) *cobra.Command {
	return &cobra.Command{
		Use: use + " SLUG GROUP", Short: short, Example: "  gatepost connector " + use + " aws-a SSO-AWS-A", Args: cobra.ExactArgs(2),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			return p.done(do(s, ctx, actor(), args[0], args[1]), told, args[0], args[1])
		}),
	}
}

func (p *program) connectorList() *cobra.Command {
	return &cobra.Command{
		Use: "list [PREFIX]", Short: "List connectors, by the beginning of their slug", Example: "  gatepost connector list aws- -o json", Args: cobra.MaximumNArgs(1),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			list, err := s.ShowConnectors(ctx, strings.Join(args, ""))
			if err != nil {
				return err
			}
			rows := [][]string{{"SLUG", "LABEL", "KIND", "ACTIVE", "KEY", "GROUPS"}}
			for _, c := range list {
				rows = append(rows, connectorRow(c))
			}
			return p.show(list, rows)
		}),
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

func (p *program) connectorCreate() *cobra.Command {
	var f connectorFlags
	var upload bool
	cmd := &cobra.Command{
		Use: "create SLUG", Short: "Create a connector and its key",
		Example: `  gatepost connector create aws-prod --label "AWS production" \
    --role arn:aws:iam::111122223333:role/SAML-User,arn:aws:iam::111122223333:saml-provider/Gatepost
  gatepost connector create wiki --label Wiki --url https://wiki.example.com/
  gatepost connector create aws-prod -f aws-prod.yaml`,
		Args: cobra.ExactArgs(1),
	}
	f.add(cmd.Flags())
	cmd.Flags().BoolVar(&upload, "upload-key", false, "make no key: one will be uploaded")
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, args []string) error {
		c := resource.Connector{}
		err := f.apply(cmd.Flags(), args[0], &c)
		if err != nil {
			return err
		}
		made, err := s.CreateFrom(ctx, actor(), c, upload)
		if err != nil {
			return err
		}
		err = p.saved(made, "connector %s is created, inactive")
		if err != nil {
			return err
		}
		return p.note("next: gatepost connector grant %s GROUP, then gatepost connector activate %s", made.Connector.Slug, made.Connector.Slug)
	})
	return cmd
}

func (p *program) connectorUpdate() *cobra.Command {
	var f connectorFlags
	cmd := &cobra.Command{
		Use: "update SLUG", Short: "Change a connector; what is not named stays",
		Example: `  gatepost connector update aws-a --label "AWS production" --session-duration 8h
  gatepost connector update aws-a --attribute RoleSessionName='${user.email}' --attribute PrincipalTag:team='${user.attributes.team}'`,
		Args: cobra.ExactArgs(1),
	}
	f.add(cmd.Flags())
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, args []string) error {
		made, err := s.UpdateFrom(ctx, actor(), args[0], func(c *resource.Connector) error {
			return f.apply(cmd.Flags(), args[0], c)
		})
		if err != nil {
			return err
		}
		return p.saved(made, "connector %s is changed")
	})
	return cmd
}

// saved says what was done to a connector, and beside it what to know about it.
func (p *program) saved(made admin.Saved, told string) error {
	err := p.say(told, made.Connector.Slug)
	for _, warning := range made.Warnings {
		err = errors.Join(err, p.note("warning: %v", warning))
	}
	return err
}

func (p *program) connectorDelete() *cobra.Command {
	var count int
	cmd := &cobra.Command{
		Use: "delete SLUG...", Short: "Delete inactive connectors and their keys",
		Long:    "Delete inactive connectors and their keys. Several at once ask for their number, which --count gives in a script.",
		Example: "  gatepost connector delete aws-a\n  gatepost connector delete aws-a aws-b --count 2",
		Args:    cobra.MinimumNArgs(1),
	}
	cmd.Flags().IntVar(&count, "count", 0, "how many connectors are being deleted")
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, args []string) error {
		if len(args) > 1 && !cmd.Flags().Changed("count") {
			var err error
			count, err = p.askCount(len(args))
			if err != nil {
				return err
			}
		}
		if len(args) > 1 && count != len(args) {
			return &usageError{fmt.Sprintf("%d is not the number of connectors: nothing is deleted", count), fmt.Sprintf("type %d to delete them", len(args))}
		}
		for _, slug := range args {
			err := p.done(s.DeleteConnector(ctx, actor(), slug), "%s is deleted", slug)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return cmd
}

// askCount asks how many connectors are being deleted, as a check that the
// person means all of them.
func (p *program) askCount(n int) (int, error) {
	err := p.note("You are deleting %d connectors. Type their number:", n)
	if err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(p.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("read standard input: %w", err)
	}
	count, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return 0, &usageError{"that is not a number: nothing is deleted", "type the number, or give it with --count"}
	}
	return count, nil
}

func (p *program) connectorAccess() *cobra.Command {
	return p.onConnector("access", "List who can open a connector, with each role and the group by which", func(ctx context.Context, s *admin.Service, slug string) error {
		ways, err := s.Access(ctx, slug)
		if err != nil {
			return err
		}
		list := make([]resource.Access, 0, len(ways))
		rows := [][]string{{"EMAIL", "ROLE", "GROUP", "UNTIL", "ACTIVE"}}
		for _, w := range ways {
			until := ""
			if !w.Until.IsZero() {
				until = w.Until.UTC().Format(time.RFC3339)
			}
			list = append(list, resource.Access{Email: w.Email, Name: w.Name, Active: w.Active, RoleARN: w.RoleARN, Group: w.Group, ExpiresAt: until})
			rows = append(rows, []string{w.Email, w.RoleARN, w.Group, until, yesNo(w.Active)})
		}
		return p.show(list, rows)
	})
}

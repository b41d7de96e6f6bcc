package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) connectorCreate() *cobra.Command {
	var f connectorFlags
	var k keyFiles
	var upload bool
	cmd := &cobra.Command{
		Use: "create SLUG", Short: "Create a connector and its key",
		Example: `  gatepost connector create aws-prod --label "AWS production" \
    --role arn:aws:iam::111122223333:role/SAML-User,arn:aws:iam::111122223333:saml-provider/Gatepost
  gatepost connector create wiki --label Wiki --url https://wiki.example.com/
  gatepost connector create aws-prod -f aws-prod.yaml
  gatepost connector create aws-prod -f aws-prod.yaml --private-key key.pem --certificate certificate.pem`,
		Args: cobra.ExactArgs(1),
	}
	f.add(cmd.Flags())
	k.add(cmd.Flags())
	cmd.Flags().BoolVar(&upload, "upload-key", false, "make no key: one will be uploaded")
	cmd.MarkFlagsRequiredTogether("private-key", "certificate")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		c := resource.Connector{}
		err := f.apply(cmd.Flags(), args[0], &c)
		if err != nil {
			return err
		}
		if k.given() {
			return p.createWithKey(ctx, s, c, k)
		}
		if upload {
			c.Key = &resource.Key{Source: "uploaded"}
		}
		made, err := s.CreateConnector(ctx, c)
		if err != nil {
			return err
		}
		return p.created(made)
	})
	return cmd
}

// createWithKey reads the key before it creates anything.
func (p *program) createWithKey(ctx context.Context, s *site, c resource.Connector, k keyFiles) error {
	privateKey, certificate, err := k.read()
	if err != nil {
		return err
	}
	c.Key = &resource.Key{Source: "uploaded"}
	made, err := s.CreateConnector(ctx, c)
	if err != nil {
		return err
	}
	_, err = s.UploadKey(ctx, c.Slug, privateKey, certificate)
	if err != nil {
		hint := fmt.Sprintf("the connector is created, without a key; upload one: gatepost key upload --connector %s", c.Slug)
		return errors.Join(p.note("%s", hint), err)
	}
	made.Connector, err = s.Connector(ctx, c.Slug)
	if err != nil {
		return err
	}
	return p.created(made)
}

func (p *program) created(made client.Saved) error {
	err := p.saved(made, "connector %s is created, inactive")
	if err != nil {
		return err
	}
	return p.note("next: gatepost connector grant %s GROUP, then gatepost connector activate %s", made.Slug, made.Slug)
}

func (p *program) connectorUpdate() *cobra.Command {
	var f connectorFlags
	var yes bool
	cmd := &cobra.Command{
		Use: "update SLUG", Short: "Change a connector; what is not named stays",
		Long: `Change a connector; what is not named stays. A role that --role names again keeps its
groups. To open one to all groups of the connector, write groups: [] for it in a file:
who gains access by that is shown, and asked for.`,
		Example: `  gatepost connector update aws-a --label "AWS production" --session-duration 8h
  gatepost connector update aws-a --attribute RoleSessionName='${user.email}' --attribute PrincipalTag:team='${user.attributes.team}'`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: p.complete(slugs),
	}
	f.add(cmd.Flags())
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask before a role is opened to more groups")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		made, err := s.UpdateConnector(ctx, args[0], "", func(c *resource.Connector) error {
			before := *c
			err := f.apply(cmd.Flags(), args[0], c)
			if err != nil {
				return err
			}
			return p.agreeToWiden(ctx, s, before, *c, yes)
		})
		if err != nil {
			return err
		}
		return p.saved(made, "connector %s is changed")
	})
	return cmd
}

// saved says what was done to a connector. What there is to know about it stands
// beside it already: see [program.warn].
func (p *program) saved(made client.Saved, told string) error {
	return p.tell(shapeOf(made.Connector), told, made.Slug)
}

func (p *program) connectorDelete() *cobra.Command {
	var count int
	cmd := &cobra.Command{
		Use: "delete SLUG...", Short: "Delete inactive connectors and their keys",
		Long:    "Delete inactive connectors and their keys. Several at once ask for their number, which --count gives in a script.",
		Example: "  gatepost connector delete aws-a\n  gatepost connector delete aws-a aws-b --count 2",
		Args:    cobra.MinimumNArgs(1), ValidArgsFunction: p.complete(slugs, slugs, slugs),
	}
	cmd.Flags().IntVar(&count, "count", 0, "how many connectors are being deleted")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		if len(args) > 1 && !cmd.Flags().Changed("count") {
			var err error
			count, err = p.askCount(ctx, len(args))
			if err != nil {
				return err
			}
		}
		if len(args) > 1 && count != len(args) {
			return &usageError{fmt.Sprintf("%d is not the number of connectors: nothing is deleted", count), fmt.Sprintf("type %d to delete them", len(args))}
		}
		for _, slug := range args {
			err := p.done(s.DeleteConnector(ctx, slug, client.AnyVersion), "%s is deleted", slug)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return cmd
}

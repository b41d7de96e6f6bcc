package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) keyCommand() *cobra.Command {
	cmd := family("key", "Signing keys and certificates")
	cmd.AddCommand(p.keyUpload(), p.keyShow())
	return cmd
}

func (p *program) keyUpload() *cobra.Command {
	var slug, privateKey, certificate string
	cmd := &cobra.Command{
		Use: "upload", Short: "Upload a private key and its certificate, both PEM",
		Example: "  gatepost key upload --connector aws-a --private-key key.pem --certificate certificate.pem",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().StringVar(&slug, "connector", "", "slug of the connector")
	cmd.Flags().StringVar(&privateKey, "private-key", "", "file with the RSA private key")
	cmd.Flags().StringVar(&certificate, "certificate", "", "file with its X.509 certificate")
	required(cmd, "connector", "private-key", "certificate")
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, _ []string) error {
		keyPEM, err := os.ReadFile(privateKey)
		if err != nil {
			return fmt.Errorf("read private key: %w", err)
		}
		certPEM, err := os.ReadFile(certificate)
		if err != nil {
			return fmt.Errorf("read certificate: %w", err)
		}
		key, err := s.UploadKey(ctx, actor(), slug, keyPEM, certPEM)
		if err != nil {
			return err
		}
		return p.say("the key of %s is in use; its certificate is valid until %s", slug, key.Current.NotAfter.UTC().Format("2006-01-02"))
	})
	return cmd
}

func (p *program) keyShow() *cobra.Command {
	var slug string
	cmd := &cobra.Command{
		Use: "show", Short: "Show what is known of a connector's key; the private half is never shown",
		Example: "  gatepost key show --connector aws-a", Args: cobra.NoArgs,
	}
	cmd.Flags().StringVar(&slug, "connector", "", "slug of the connector")
	required(cmd, "connector")
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, _ []string) error {
		_, key, err := s.Connector(ctx, slug)
		if err != nil {
			return err
		}
		shown := resource.FromKey(key)
		return p.show(shown, keyRows(shown))
	})
	return cmd
}

func keyRows(k *resource.Key) [][]string {
	if k == nil {
		return nil
	}
	rows := [][]string{{"key", k.State}}
	if k.Fingerprint == "" {
		return rows
	}
	return append(rows,
		[]string{"custody", k.Custody + ", " + k.Source},
		[]string{"fingerprint", k.Fingerprint},
		[]string{"valid from", k.NotBefore},
		[]string{"valid until", k.NotAfter},
	)
}

// required marks flags that must be given; a name that the command lacks is a
// mistake in this file.
func required(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		err := cmd.MarkFlagRequired(name)
		if err != nil {
			panic(err)
		}
	}
}

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// connectorFlags are the flags that create and update share.
type connectorFlags struct {
	file                                                      string
	label, description, url, entityID, partition, region      string
	relayState, sessionDuration                               string
	relayStates, roles, attributes                            []string
	hidden, endWithSession, signResponse, awsChooser, confirm bool
}

func (f *connectorFlags) add(flags *pflag.FlagSet) {
	flags.StringVarP(&f.file, "file", "f", "", "read the connector from a YAML or JSON file")
	flags.StringVar(&f.label, "label", "", "what the tile says")
	flags.StringVar(&f.description, "description", "", "a sentence on the tile")
	flags.StringVar(&f.url, "url", "", "makes a bookmark that leads to this address")
	flags.StringArrayVar(&f.roles, "role", nil, "ROLE_ARN,PROVIDER_ARN; may be repeated")
	flags.StringArrayVar(&f.attributes, "attribute", nil, "attribute rule, as NAME=VALUE; may be repeated")
	flags.StringVar(&f.entityID, "entity-id", "", "entity ID, a URI or a plain word (default: the address of the metadata)")
	flags.StringVar(&f.partition, "partition", "", "aws, aws-cn or aws-us-gov (default: that of the role)")
	flags.StringVar(&f.region, "region", "", "region of the sign-in address (default: the address without a region code, us-east-1's)")
	flags.StringVar(&f.relayState, "relay-state", "", "address to open by default: of the console, or of another AWS service")
	flags.StringArrayVar(&f.relayStates, "allow-relay-state", nil, "allow only these console addresses, and these of other AWS services; may be repeated")
	flags.StringVar(&f.sessionDuration, "session-duration", "", "15m to 12h (default: AWS's one hour)")
	flags.BoolVar(&f.hidden, "hidden", false, "show no tile in the portal")
	flags.BoolVar(&f.endWithSession, "end-with-session", false, "end the role session with the Gatepost session")
	flags.BoolVar(&f.signResponse, "sign-response", false, "sign the response as well as the assertion")
	flags.BoolVar(&f.awsChooser, "aws-chooser", false, "send all granted roles and let AWS ask which")
	flags.BoolVar(&f.confirm, "confirm-cross-site", true, "ask before a sign-in that another site started")
}

// apply lays the file over c, if there is one, and the flags over both.
func (f *connectorFlags) apply(flags *pflag.FlagSet, slug string, c *resource.Connector) error {
	if f.file != "" {
		data, err := readFile(f.file, maxTextFile)
		if err != nil {
			return fmt.Errorf("read connector: %w", err)
		}
		err = plan.ReadConnector(data, c)
		if err != nil {
			return err
		}
	}
	if c.Slug != "" && c.Slug != slug {
		return &usageError{fmt.Sprintf("the file is about %q, the command about %q", c.Slug, slug), "a connector keeps its slug for life; name the one you mean"}
	}
	c.Slug = slug
	f.texts(flags, c)
	f.switches(flags, c)
	return f.lists(flags, c)
}

func (f *connectorFlags) texts(flags *pflag.FlagSet, c *resource.Connector) {
	for name, set := range map[string]func(){
		"label":             func() { c.Label = f.label },
		"description":       func() { c.Description = f.description },
		"entity-id":         func() { c.EntityID = f.entityID },
		"partition":         func() { c.Partition = f.partition },
		"region":            func() { c.Region = f.region },
		"relay-state":       func() { c.RelayState = f.relayState },
		"allow-relay-state": func() { c.RelayStates = f.relayStates },
		"session-duration":  func() { c.SessionDuration = f.sessionDuration },
		"url": func() {
			c.URL, c.Kind = f.url, "bookmark"
		},
	} {
		if flags.Changed(name) {
			set()
		}
	}
}

func (f *connectorFlags) switches(flags *pflag.FlagSet, c *resource.Connector) {
	shown := !f.hidden
	for name, set := range map[string]func(){
		"hidden":             func() { c.Shown = &shown },
		"end-with-session":   func() { c.EndWithSession = f.endWithSession },
		"sign-response":      func() { c.SignResponse = f.signResponse },
		"aws-chooser":        func() { c.AWSChooser = f.awsChooser },
		"confirm-cross-site": func() { c.ConfirmCross = &f.confirm },
	} {
		if flags.Changed(name) {
			set()
		}
	}
}

func (f *connectorFlags) lists(flags *pflag.FlagSet, c *resource.Connector) error {
	kept := map[string][]string{}
	for _, role := range c.Roles {
		kept[role.RoleARN] = role.Groups
	}
	if flags.Changed("role") {
		c.Roles = nil
	}
	for _, pair := range f.roles {
		role, provider, found := strings.Cut(pair, ",")
		if !found {
			return &usageError{fmt.Sprintf("--role %q is not a pair", pair), "write it as ROLE_ARN,PROVIDER_ARN"}
		}
		c.Roles = append(c.Roles, resource.Role{RoleARN: role, ProviderARN: provider, Groups: kept[role]})
	}
	if flags.Changed("attribute") {
		c.Attributes = nil
	}
	for _, rule := range f.attributes {
		name, value, found := strings.Cut(rule, "=")
		if !found {
			return &usageError{fmt.Sprintf("--attribute %q is not a rule", rule), "write it as NAME=VALUE"}
		}
		c.Attributes = append(c.Attributes, resource.Attribute{Name: name, Value: value})
	}
	return nil
}

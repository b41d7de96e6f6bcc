package idp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Kind tells what a connector does when it is opened.
type Kind string

// The kinds of connector.
const (
	KindAWS      Kind = "aws"      // signs people into AWS by SAML
	KindBookmark Kind = "bookmark" // sends people to an address
)

// Limits of one connector. They follow from what one item and one transaction
// of the store can hold.
const (
	MaxRoles       = 500
	MaxAttributes  = 60
	MaxRelayStates = 50
	MaxGrants      = 90
	MaxURL         = 1024
)

// Connector is one application in the portal: an AWS account or several that
// trust one key, or a bookmark. JumpCloud calls it an SSO application.
type Connector struct {
	ID          string // random, for life; the slug can be reused after a deletion, the ID never
	Slug        string // last part of the IdP URL, fixed for life
	Kind        Kind
	Label       string // what the tile says
	Description string
	Image       string // file name of the tile's image under /assets/connectors; empty for none
	Shown       bool   // whether the portal shows a tile; a hidden connector still opens by its link
	Active      bool   // an inactive connector opens for nobody
	Used        bool   // was active at some time, so that AWS accounts may trust its key

	URL string // where a bookmark leads; empty for AWS

	EntityID        string // issuer of responses and entity ID of the metadata
	Partition       string // aws, aws-cn or aws-us-gov
	Region          string // region of the sign-in endpoint; empty for the partition's address without a region code
	RelayState      string // address opened when a launch names none
	RelayStates     []string
	Roles           []Role
	Attributes      []AttributeRule
	SessionDuration time.Duration // of the role session; zero leaves it to AWS, which takes an hour
	EndWithSession  bool          // the role session ends no later than the Gatepost session
	SignResponse    bool          // sign the response as well as the assertion
	AWSChooser      bool          // one assertion carries all granted roles and AWS asks which
	ConfirmCross    bool          // ask before a launch that another site started

	Groups []string // IDs of the groups that are granted this connector

	CreatedAt time.Time
	UpdatedAt time.Time
	Version   uint64 // raised by the store at each write
}

// Role is a role in an AWS account and the SAML provider there that vouches for
// this connector. Both ARNs name the same account.
type Role struct {
	RoleARN     string
	ProviderARN string
	Groups      []string // IDs of the groups it is open to; empty for all the connector's groups
}

// ImagePath is where the portal serves the image of the connector's tile; empty
// for none.
func (c *Connector) ImagePath() string {
	if c.Image == "" {
		return ""
	}
	return ImagesPath + c.Image
}

// ImageName is the file name of a tile's image: it has the hash of the image, so
// that it can be cached for ever, and tells nothing to whom it was not told.
func ImageName(slug string, image []byte) string {
	sum := sha256.Sum256(image)
	return slug + "-" + hex.EncodeToString(sum[:6]) + ".png"
}

// ImagesPath is the folder, on the site, of the tiles' images.
const ImagesPath = "/assets/connectors/"

// Validate tells everything that keeps c from being stored. A stored connector
// may be a draft: completeness is asked by activation. What AWS demands of
// roles and attributes is checked by package awsfed.
func (c *Connector) Validate() error {
	var ps Problems
	ps.checkSlug("slug", c.Slug)
	ps.checkText("label", c.Label, 1, MaxLabel)
	ps.checkText("description", c.Description, 0, MaxDescription)
	switch c.Kind {
	case KindAWS:
		c.validateAWS(&ps)
	case KindBookmark:
		c.validateBookmark(&ps)
	default:
		ps.add("kind", string(c.Kind), "is not a kind of connector", "use aws or bookmark")
	}
	ps.checkMany("groups", len(c.Groups), MaxGrants)
	return ps.Err()
}

func (c *Connector) validateAWS(ps *Problems) {
	if c.URL != "" {
		ps.add("url", c.URL, "belongs to bookmarks", "leave it empty for kind aws")
	}
	ps.checkEntityID("entity_id", c.EntityID)
	ps.checkMany("roles", len(c.Roles), MaxRoles)
	ps.checkMany("attributes", len(c.Attributes), MaxAttributes)
	ps.checkMany("relay_states", len(c.RelayStates), MaxRelayStates)
	for i, role := range c.Roles {
		for _, group := range role.Groups {
			if !slices.Contains(c.Groups, group) {
				ps.add(fmt.Sprintf("roles[%d].groups", i), group, "is not granted the connector", "grant the connector to the group first, or remove it from the role")
			}
		}
	}
	for i, rule := range c.Attributes {
		rule.validate(ps, fmt.Sprintf("attributes[%d]", i))
	}
}

func (c *Connector) validateBookmark(ps *Problems) {
	if !validURL(c.URL) || !strings.HasPrefix(c.URL, "https://") {
		ps.add("url", c.URL, "is not an https address", "write it in full, such as https://wiki.example.com/")
	}
	if len(c.Roles) > 0 || len(c.Attributes) > 0 || c.EntityID != "" {
		ps.add("kind", string(c.Kind), "a bookmark has no roles, attributes or entity ID", "remove them or use kind aws")
	}
}

func (ps *Problems) checkMany(field string, n, most int) {
	if n > most {
		ps.add(field, fmt.Sprint(n), "has too many entries", fmt.Sprintf("use at most %d", most))
	}
}

func validURL(s string) bool {
	if s == "" || len(s) > MaxURL || !plainText(s) || strings.ContainsFunc(s, unicode.IsSpace) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.Fragment == ""
}

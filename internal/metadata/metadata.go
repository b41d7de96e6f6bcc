// Package metadata turns a connector and its key into the SAML metadata document
// that AWS IAM takes as a SAML provider. The public route, the command line and
// the administration all serve this one document.
package metadata

import (
	"errors"
	"fmt"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

// ContentType is the media type of metadata: SAML 2.0 Metadata, appendix A.
const ContentType = "application/samlmetadata+xml"

// ErrNone says that a connector has no metadata: it does not exist, is a
// bookmark, or has no key that is ready. A document without a certificate would
// be taken by nobody, so none is served.
var ErrNone = errors.New("no metadata")

// Document is the metadata of c with the certificates of key, first the one that
// signs. base is the address that people reach Gatepost by, without a slash at
// its end. It returns [ErrNone] where there is nothing to publish.
func Document(c *idp.Connector, key *idp.Key, base string) ([]byte, error) {
	switch {
	case c == nil:
		return nil, fmt.Errorf("%w: no such connector", ErrNone)
	case c.Kind != idp.KindAWS:
		return nil, fmt.Errorf("%w: %q is a bookmark", ErrNone, c.Slug)
	case key == nil || key.State != idp.KeyReady:
		return nil, fmt.Errorf("%w: %q has no key that is ready", ErrNone, c.Slug)
	}
	certificates := [][]byte{key.Current.DER}
	if key.Next != nil {
		certificates = append(certificates, key.Next.DER)
	}
	return saml.Metadata(saml.MetadataSpec{
		EntityID:     c.EntityID,
		Certificates: certificates,
		SSOLocation:  base + "/sso/" + c.Slug,
	})
}

// FileName is what a browser and the command line save the document as.
func FileName(slug string) string { return "gatepost-" + slug + "-metadata.xml" }

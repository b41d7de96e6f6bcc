package saml

import (
	"fmt"

	"github.com/beevik/etree"
)

// ReadMetadata reads an identity provider's metadata as a service provider that
// is set up with it would. Errors wrap [ErrTooLarge], [ErrMalformed] or
// [ErrNotSAML]. The certificates are not parsed.
func ReadMetadata(xml []byte) (*Descriptor, error) {
	root, err := parse(xml)
	if err != nil {
		return nil, err
	}
	if !is(root, nsMetadata, "EntityDescriptor") {
		return nil, fmt.Errorf("%w: the root is %q, not a SAML 2.0 entity descriptor", ErrNotSAML, root.FullTag())
	}
	d := &Descriptor{EntityID: value(root, "entityID"), Size: len(xml)}
	if d.EntityID == "" {
		return nil, fmt.Errorf("%w: the metadata has no entity ID", ErrNotSAML)
	}
	providers := 0
	for el := range root.ChildElementsSeq() {
		if !is(el, nsMetadata, "IDPSSODescriptor") {
			continue
		}
		providers++
		err = d.provider(el)
		if err != nil {
			return nil, err
		}
	}
	if providers == 0 {
		return nil, fmt.Errorf("%w: the metadata of %q describes no identity provider", ErrNotSAML, d.EntityID)
	}
	return d, nil
}

func (d *Descriptor) provider(provider *etree.Element) error {
	for el := range provider.ChildElementsSeq() {
		switch {
		case is(el, nsMetadata, "SingleSignOnService"):
			d.SSOLocations = append(d.SSOLocations, value(el, "Location"))
		case is(el, nsMetadata, "KeyDescriptor"):
			err := d.keyDescriptor(el)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// keyDescriptor takes the certificates of a key for signing. One that says
// nothing of its use is for any: [SAMLMeta] 2.4.1.1.
func (d *Descriptor) keyDescriptor(key *etree.Element) error {
	use := value(key, "use")
	if use != "" && use != "signing" {
		return nil
	}
	for _, el := range key.FindElements(".//X509Certificate") {
		if el.NamespaceURI() != nsSignature {
			continue
		}
		der, err := decodeText(el)
		if err != nil {
			return fmt.Errorf("%w: metadata of %q: %w", ErrNotSAML, d.EntityID, err)
		}
		d.Certificates = append(d.Certificates, der)
	}
	return nil
}

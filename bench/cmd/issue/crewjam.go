package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// crewjam is its identity provider, set up to issue what we do.
type crewjam struct {
	idp      *saml.IdentityProvider
	provider *saml.EntityDescriptor
	request  *http.Request
}

func newCrewjam(id *identity) (*crewjam, error) {
	address, err := url.Parse(entityID)
	if err != nil {
		return nil, fmt.Errorf("entity ID: %w", err)
	}
	return &crewjam{
		idp: &saml.IdentityProvider{
			Key:             id.key,
			Signer:          id.key,
			Certificate:     id.cert,
			MetadataURL:     *address,
			SSOURL:          *address,
			SignatureMethod: dsig.RSASHA256SignatureMethod,
		},
		provider: &saml.EntityDescriptor{
			EntityID: acs,
			SPSSODescriptors: []saml.SPSSODescriptor{{
				AssertionConsumerServices: []saml.IndexedEndpoint{{Binding: saml.HTTPPostBinding, Location: acs}},
			}},
		},
		request: httptest.NewRequest(http.MethodGet, "/sso/aws-a", nil),
	}, nil
}

// issue does what ServeIDPInitiated does, without the page around the form.
func (c *crewjam) issue() (string, error) {
	now := time.Now().UTC()
	role := &c.provider.SPSSODescriptors[0]
	request := &saml.IdpAuthnRequest{
		IDP:                     c.idp,
		HTTPRequest:             c.request,
		Now:                     now,
		ServiceProviderMetadata: c.provider,
		SPSSODescriptor:         role,
		ACSEndpoint:             &role.AssertionConsumerServices[0],
	}
	err := saml.DefaultAssertionMaker{}.MakeAssertion(request, &saml.Session{
		ID:           "s-1",
		Index:        "s-1",
		CreateTime:   now,
		ExpireTime:   now.Add(8 * time.Hour),
		NameID:       nameID,
		NameIDFormat: string(saml.PersistentNameIDFormat),
		CustomAttributes: []saml.Attribute{
			attribute(roleName, rolePair),
			attribute(sessionName, email),
			attribute(duration, "3600"),
		},
	})
	if err != nil {
		return "", err
	}
	form, err := request.PostBinding()
	return form.SAMLResponse, err
}

func attribute(name, value string) saml.Attribute {
	return saml.Attribute{Name: name, Values: []saml.AttributeValue{{Type: "xs:string", Value: value}}}
}

package saml_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/saml/samltest"
)

func metadataSpec(t testing.TB, keys ...string) saml.MetadataSpec {
	spec := saml.MetadataSpec{
		EntityID:    "https://sso.example.com/metadata/aws-a",
		SSOLocation: "https://sso.example.com/sso/aws-a",
	}
	for _, key := range keys {
		spec.Certificates = append(spec.Certificates, loadKey(t, key).cert.Raw)
	}
	return spec
}

func TestMetadataIsWhatItWas(t *testing.T) {
	for _, test := range []struct {
		name string
		keys []string
		file string
	}{
		{"one certificate", []string{"current"}, "metadata-one.xml"},
		{"two certificates during a rotation", []string{"current", "next"}, "metadata-two.xml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := metadataSpec(t, test.keys...)
			xml, err := saml.Metadata(spec)
			must(t, err)
			golden(t, test.file, xml)
			if n := utf8.RuneCount(xml); n < 1000 || !bytes.HasPrefix(xml, []byte("<?xml ")) {
				t.Errorf("%d characters, beginning %q: IAM wants 1000 or more and no byte-order mark", n, xml[:5])
			}
			got, err := saml.ReadMetadata(xml)
			must(t, err)
			want := &saml.Descriptor{EntityID: spec.EntityID, Certificates: spec.Certificates, SSOLocations: []string{spec.SSOLocation}, Size: len(xml)}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read back\n%+v\nwant\n%+v", got, want)
			}
			samltest.ValidateSchema(t, xml, "metadata")
		})
	}
}

func TestMetadataCarriesHostileAddressesExactly(t *testing.T) {
	spec := metadataSpec(t, "current")
	spec.EntityID += `?a=1&b="'<>]]>` + "é"
	spec.SSOLocation += `?a=1&b="'<>]]>` + "é"
	xml, err := saml.Metadata(spec)
	must(t, err)
	got, err := saml.ReadMetadata(xml)
	must(t, err)
	if got.EntityID != spec.EntityID || got.SSOLocations[0] != spec.SSOLocation {
		t.Errorf("read back %q and %q", got.EntityID, got.SSOLocations[0])
	}
}

func TestMetadataRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*saml.MetadataSpec)
		field string // of the problem; empty for ErrKey
	}{
		{"no entity ID", func(s *saml.MetadataSpec) { s.EntityID = "" }, "EntityID"},
		{"an entity ID of more than 1024 characters", func(s *saml.MetadataSpec) { s.EntityID = strings.Repeat("a", 1025) }, "EntityID"},
		{"a location that is a script", func(s *saml.MetadataSpec) { s.SSOLocation = "javascript:alert(1)" }, "SSOLocation"},
		{"a location with a NUL", func(s *saml.MetadataSpec) { s.SSOLocation += "\x00" }, "SSOLocation"},
		{"no certificate", func(s *saml.MetadataSpec) { s.Certificates = nil }, ""},
		{"three certificates", func(s *saml.MetadataSpec) { s.Certificates = append(s.Certificates, s.Certificates[0]) }, ""},
		{"one certificate twice", func(s *saml.MetadataSpec) { s.Certificates[1] = s.Certificates[0] }, ""},
		{"a certificate that is none", func(s *saml.MetadataSpec) { s.Certificates[1] = []byte("x") }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := metadataSpec(t, "current", "next")
			test.spoil(&spec)
			xml, err := saml.Metadata(spec)
			var problems idp.Problems
			byField := errors.As(err, &problems) && problems[0].Field == test.field
			if xml != nil || !byField && (test.field != "" || !errors.Is(err, saml.ErrKey)) {
				t.Errorf("got %q and %v", xml, err)
			}
		})
	}
}

const entityTag = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="e">`

func TestReadMetadata(t *testing.T) {
	const provider, end = `<IDPSSODescriptor>`, `</IDPSSODescriptor></EntityDescriptor>`
	cert := func(use, text string) string {
		return `<KeyDescriptor` + use + `><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + text + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`
	}
	for _, test := range []struct {
		name  string
		xml   string
		certs []string
		err   error
	}{
		{"a key for signing", entityTag + provider + cert(` use="signing"`, "YQ==") + end, []string{"a"}, nil},
		{"a key for any use", entityTag + provider + cert(``, "YQ==") + end, []string{"a"}, nil},
		{"a key for encryption beside it", entityTag + provider + cert(` use="encryption"`, "YQ==") + cert(` use="signing"`, "Yg==") + end, []string{"b"}, nil},
		{"a certificate in lines", entityTag + provider + cert(``, "\n  YQ\n  ==\n") + end, []string{"a"}, nil},
		{"a certificate of another namespace", entityTag + provider + `<KeyDescriptor><X509Certificate>YQ==</X509Certificate></KeyDescriptor>` + end, nil, nil},
		{"no key", entityTag + provider + end, nil, nil},
		{"a certificate that is not base64", entityTag + provider + cert(``, "*") + end, nil, saml.ErrNotSAML},
		{"no entity ID", `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><IDPSSODescriptor/></EntityDescriptor>`, nil, saml.ErrNotSAML},
		{"a service provider's", entityTag + `<SPSSODescriptor/></EntityDescriptor>`, nil, saml.ErrNotSAML},
		{"several entities", `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>`, nil, saml.ErrNotSAML},
		{"a response", responseTag + "/>", nil, saml.ErrNotSAML},
		{"a document type", "<!DOCTYPE a>" + entityTag + provider + end, nil, saml.ErrMalformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := saml.ReadMetadata([]byte(test.xml))
			if !errors.Is(err, test.err) || (got == nil) != (test.err != nil) {
				t.Fatalf("got %v and %v, want %v", got, err, test.err)
			}
			if got == nil {
				return
			}
			var certs []string
			for _, der := range got.Certificates {
				certs = append(certs, string(der))
			}
			if !reflect.DeepEqual(certs, test.certs) {
				t.Errorf("certificates %q, want %q", certs, test.certs)
			}
		})
	}
}

func FuzzReadMetadata(f *testing.F) {
	f.Add(readFile(f, "metadata-one.xml"))
	f.Add(readFile(f, "metadata-two.xml"))
	f.Add(readFile(f, "response.xml"))
	f.Add([]byte(entityTag + `<IDPSSODescriptor/></EntityDescriptor>`))
	f.Fuzz(func(t *testing.T, xml []byte) {
		d, err := saml.ReadMetadata(xml)
		switch {
		case err == nil && (d.EntityID == "" || d.Size != len(xml)):
			t.Errorf("read %+v", d)
		case err != nil && (d != nil || !errors.Is(err, saml.ErrMalformed) && !errors.Is(err, saml.ErrTooLarge) && !errors.Is(err, saml.ErrNotSAML)):
			t.Errorf("got %v and %v", d, err)
		}
	})
}

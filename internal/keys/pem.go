package keys

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// MaxUpload is the longest key and the longest certificate that are looked at,
// in bytes each. A key of 4096 bits has a tenth of it.
const MaxUpload = 32 << 10

// The fields of an upload, as the config API names them.
const (
	fieldKey         = "private_key"
	fieldCertificate = "certificate"
)

var pemLabel = regexp.MustCompile(`-----BEGIN ([^\r\n-]*)-----`)

// fault is what is wrong with an upload. The text itself is never quoted: what
// stands in the wrong field may be a private key too.
type fault struct {
	reason string
	remedy string
}

func (f fault) problem(field string) idp.Problem {
	return idp.Problem{Field: field, Reason: f.reason, Remedy: f.remedy}
}

// onlyBlock is the one PEM block (RFC 7468) in data. Nothing may stand around
// it: what is left over would be dropped in silence, and might be the certificate
// that was meant.
func onlyBlock(field string, data []byte) (*pem.Block, *fault) {
	if len(data) > MaxUpload {
		return nil, &fault{fmt.Sprintf("is longer than %d KiB", MaxUpload>>10), "give one PEM block alone"}
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\uFEFF"))) // a byte-order mark, as Windows editors write
	if len(text) == 0 {
		return nil, &fault{"is missing", "give it as PEM"}
	}
	labels := pemLabel.FindAllSubmatch(text, -1)
	for _, label := range labels {
		if wrong := wrongLabel(field, string(label[1])); wrong != nil {
			return nil, wrong
		}
	}
	if len(labels) > 1 {
		return nil, tooMany(field, len(labels))
	}
	block, rest := pem.Decode(text)
	switch {
	case block == nil:
		return nil, notPEM(field)
	case strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return nil, encrypted()
	case len(bytes.TrimSpace(rest)) > 0 || !bytes.HasPrefix(text, []byte("-----BEGIN ")):
		return nil, &fault{"has other text around the PEM block", "give only the lines from -----BEGIN to -----END"}
	}
	return block, nil
}

// wrongLabel tells what a block is that does not belong into the field, or nil.
func wrongLabel(field, label string) *fault {
	if field == fieldCertificate {
		return wrongForCertificate(label)
	}
	switch label {
	case "PRIVATE KEY", "RSA PRIVATE KEY":
		return nil
	case "ENCRYPTED PRIVATE KEY":
		return encrypted()
	case "EC PRIVATE KEY", "EC PARAMETERS", "DSA PRIVATE KEY":
		return notRSA()
	case "OPENSSH PRIVATE KEY":
		return &fault{"is in the format of OpenSSH", "convert it: ssh-keygen -p -N '' -m PKCS8 -f key.pem"}
	case "CERTIFICATE":
		return &fault{"has a certificate", "give the private key here, alone, and the certificate in the other field"}
	}
	return &fault{"is not a private key", "give an RSA private key as PEM, PKCS#1 or PKCS#8"}
}

func wrongForCertificate(label string) *fault {
	switch {
	case label == "CERTIFICATE":
		return nil
	case strings.HasSuffix(label, "PRIVATE KEY"):
		return &fault{"has a private key", "give the certificate here, alone, and the private key in the other field; if others saw the key, make a new one"}
	case label == "X509 CERTIFICATE", label == "TRUSTED CERTIFICATE":
		return &fault{"is in a format of OpenSSL's own", "convert it: openssl x509 -in certificate.pem -out plain.pem"}
	case strings.HasSuffix(label, "CERTIFICATE REQUEST"):
		return &fault{"is a request for a certificate", "sign the key's own certificate: " + selfSign}
	}
	return &fault{"is not a certificate", "give an X.509 certificate as PEM"}
}

// selfSign makes a certificate for a key that has none, or none that will do.
const selfSign = "openssl req -x509 -sha256 -days 1095 -subj /CN=Gatepost -key key.pem -out certificate.pem"

func tooMany(field string, n int) *fault {
	reason := fmt.Sprintf("has %d PEM blocks instead of one", n)
	if field == fieldCertificate {
		return &fault{reason, "give the certificate of the key alone, without the chain above it"}
	}
	return &fault{reason, "give one private key alone"}
}

func notPEM(field string) *fault {
	if field == fieldCertificate {
		return &fault{"is not PEM, or is damaged", "copy it whole; from DER: openssl x509 -inform DER -in certificate.der -out certificate.pem"}
	}
	return &fault{"is not PEM, or is damaged", "copy it whole; from DER: openssl pkey -inform DER -in key.der -out key.pem; from PKCS#12: openssl pkcs12 -nodes -nocerts -in key.p12 | openssl pkey -out key.pem"}
}

func encrypted() *fault {
	return &fault{"is encrypted", "decrypt it first: openssl pkey -in encrypted.pem -out key.pem"}
}

func notRSA() *fault {
	return &fault{"is not an RSA key", "make one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem"}
}

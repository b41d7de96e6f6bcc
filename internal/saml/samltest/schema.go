package samltest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Where Debian's packages opensaml-schemas and xmltooling-schemas put them.
const (
	samlSchemas = "/usr/share/xml/opensaml"
	xmlSchemas  = "/usr/share/xml/xmltooling"
)

// catalog leads the schemas' references to the network back to local files.
const catalog = `<?xml version="1.0"?>
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
  <rewriteSystem systemIdStartString="http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/" rewritePrefix="file://` + xmlSchemas + `/"/>
  <rewriteSystem systemIdStartString="http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/" rewritePrefix="file://` + xmlSchemas + `/"/>
  <rewriteSystem systemIdStartString="http://www.w3.org/2001/xml.xsd" rewritePrefix="file://` + xmlSchemas + `/xml.xsd"/>
</catalog>
`

// ValidateSchema fails t unless xmllint finds xml valid by an OASIS schema of
// SAML 2.0: "protocol" for responses, "metadata" for metadata.
func ValidateSchema(t testing.TB, xml []byte, schema string) {
	t.Helper()
	program := tool(t, "xmllint")
	xsd := filepath.Join(samlSchemas, "saml-schema-"+schema+"-2.0.xsd")
	for _, file := range []string{xsd, filepath.Join(xmlSchemas, "xmldsig-core-schema.xsd")} {
		_, err := os.Stat(file)
		if err != nil {
			missing(t, "schema "+file)
		}
	}
	command := exec.Command(program, "--nonet", "--noout", "--schema", xsd, write(t, "document.xml", xml))
	command.Env = append(os.Environ(), "XML_CATALOG_FILES="+write(t, "catalog.xml", []byte(catalog)))
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("not valid by the %s schema: %v\n%s", schema, err, out)
	}
}

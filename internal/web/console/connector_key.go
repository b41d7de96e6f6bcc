package console

import (
	"net/http"

	"github.com/gatepost/gatepost/internal/idp"
)

// saveKey takes a private key and its certificate into custody, from the text
// fields or from files.
func saveKey(v *visit) error {
	privateKey, certificate := v.pem("private_key"), v.pem("certificate")
	_, err := v.UploadKey(v.ctx(), v.slug(), privateKey, certificate)
	return v.afterUpload(err, "key-uploaded")
}

// afterUpload shows what was wrong with a key above the form that it came by. What
// was typed is not shown again: a private key goes one way.
func (v *visit) afterUpload(err error, what string) error {
	upload := form{Values: map[string]string{"private_key": "", "certificate": ""}}
	if !upload.refused(err, nothingStored) {
		if err != nil {
			return err
		}
		return v.done(connectorsPath+"/"+v.slug()+tabSSO, what)
	}
	p, _, err := v.ssoPage()
	if err != nil {
		return err
	}
	p.Upload = upload
	p.KeyProblem = "The key was not taken. " + firstOf(upload.Problems)
	return v.show(http.StatusUnprocessableEntity, p)
}

func firstOf(problems idp.Problems) string {
	for _, p := range problems {
		if p.Field != "private_key" && p.Field != "certificate" {
			return p.Sentence()
		}
	}
	return "See below what is wrong with it."
}

// pem is the text of a field, or the content of the file beside it.
func (v *visit) pem(name string) []byte {
	file := v.files[name+"_file"]
	if len(file) > 0 {
		return file
	}
	return []byte(v.fields[name])
}

// makeKey makes the key of a connector that has none.
func makeKey(v *visit) error {
	_, err := v.MakeKey(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	return v.done(connectorsPath+"/"+v.slug()+tabSSO, "key-made")
}

// showMetadata hands the metadata document out as a file, also while the connector is
// inactive: AWS is set up before it is activated.
func showMetadata(v *visit) error {
	document, err := v.Metadata(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	v.h.Write.Pages.Harden(v.w.Header())
	v.w.Header().Set("Content-Type", "application/samlmetadata+xml")
	v.w.Header().Set("Content-Disposition", `attachment; filename="gatepost-`+v.slug()+`-metadata.xml"`)
	_, _ = v.w.Write(document) // nobody is left to tell when the connection is gone
	return nil
}

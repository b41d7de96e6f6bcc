package console

import (
	"net/http"
	"strings"

	"github.com/gatepost/gatepost/internal/resource"
)

// tileValues are the values of the form about a connector's tile.
func tileValues(c resource.Connector) map[string]string {
	values := map[string]string{"label": c.Label, "description": c.Description, "shown": onIf(c.Shown == nil || *c.Shown)}
	if isBookmark(c) {
		values["url"] = c.URL
	}
	return values
}

// saveTile saves label, description, address and whether there is a tile.
func saveTile(v *visit) error {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	p, err := v.connectorPage(c)
	if err != nil {
		return err
	}
	p.Form = posted(v.fields, p.Form.names(), p.Base)
	values := p.Form.Values
	_, err = v.UpdateConnector(v.ctx(), c.Slug, p.Form.Match, func(c *resource.Connector) error {
		shown := values["shown"] != ""
		c.Label, c.Description, c.Shown = values["label"], oneLine(values["description"]), &shown
		if isBookmark(*c) {
			c.URL = values["url"]
		}
		return nil
	})
	if p.Form.refused(err, ofConnector(tileValues)) {
		return v.show(p.Form.status(), p)
	}
	if err != nil {
		return err
	}
	return v.done(p.Base, "saved")
}

// ofConnector reads what is stored now, in a conflict, as the values of a form.
func ofConnector(values func(resource.Connector) map[string]string) func(any) map[string]string {
	return func(current any) map[string]string {
		c, ok := current.(resource.Connector)
		if !ok {
			return nil
		}
		return values(c)
	}
}

// oneLine is a description without the line breaks that a box of several lines
// lets through: a tile has none.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func onIf(yes bool) string {
	if yes {
		return "on"
	}
	return ""
}

// showImage shows the image of a connector's tile.
func showImage(v *visit) error {
	data, err := v.Image(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	v.h.Write.Pages.Harden(v.w.Header())
	v.w.Header().Set("Content-Type", "image/png")
	v.w.Header().Set("Cache-Control", "private, max-age=31536000, immutable") // its address changes with it
	_, _ = v.w.Write(data)                                                    // nobody is left to tell when the connection is gone
	return nil
}

// saveImage takes an image for a connector's tile.
func saveImage(v *visit) error {
	err := v.PutImage(v.ctx(), v.slug(), v.files["image"])
	var f form
	if !f.refused(err, nothingStored) {
		if err != nil {
			return err
		}
		return v.done(connectorsPath+"/"+v.slug(), "image-saved")
	}
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	p, err := v.connectorPage(c)
	if err != nil {
		return err
	}
	p.ImageProblem = f.Error("image")
	return v.show(http.StatusUnprocessableEntity, p)
}

func nothingStored(any) map[string]string { return nil }

func removeImage(v *visit) error {
	err := v.DeleteImage(v.ctx(), v.slug())
	if err != nil {
		return err
	}
	return v.done(connectorsPath+"/"+v.slug(), "image-removed")
}

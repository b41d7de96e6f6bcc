package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two formats that are taken
	"image/png"

	"golang.org/x/image/draw"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Limits of an image that is uploaded, and the side of the square that is kept.
const (
	MaxImageUpload = 1 << 20 // bytes
	maxImageSide   = 2048    // pixels
	maxImageScans  = 64      // of a JPEG; cameras and editors make 20 at most
	imageSide      = 256
)

// Image is the image of a connector's tile, a PNG. It fails with
// store.ErrNotFound when there is none.
func (a *Administrator) Image(ctx context.Context, slug string) ([]byte, error) {
	err := a.mayRead(OpRead)
	if err != nil {
		return nil, err
	}
	return a.service.Store.Image(ctx, slug)
}

// PutImage takes a PNG or JPEG as the image of a connector's tile. What is stored
// is drawn anew, 256 pixels at most: whatever else the file held is gone.
func (a *Administrator) PutImage(ctx context.Context, slug string, data []byte) error {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return err
	}
	drawn, err := a.service.redraw(data)
	if err != nil {
		return err
	}
	return a.changeImage(ctx, slug, idp.ActionImagePut, drawn)
}

// DeleteImage removes the image of a connector's tile. One that is not there is no
// error.
func (a *Administrator) DeleteImage(ctx context.Context, slug string) error {
	err := a.may(ctx, OpConnector, slug)
	if err != nil {
		return err
	}
	return a.changeImage(ctx, slug, idp.ActionImageDelete, nil)
}

// changeImage tries again when the connector changed between: nothing of that
// change is lost, since only the image is written anew.
func (a *Administrator) changeImage(ctx context.Context, slug string, action idp.Action, drawn []byte) error {
	s := a.service
	for range maxImageTries {
		before, err := s.Store.Connector(ctx, slug)
		if err != nil {
			return store.About("connector", slug, err)
		}
		after := *before
		after.Image, after.UpdatedAt = imageName(slug, drawn), s.Now()
		if after.Image == before.Image {
			return nil
		}
		e, err := s.connectorEvent(ctx, a.actor, action, slug, before, &after)
		if err != nil {
			return err
		}
		err = s.Store.PutImage(ctx, &after, drawn, e)
		if !errors.Is(err, store.ErrStale) {
			return err
		}
	}
	return store.About("image of connector", slug, store.ErrUnavailable)
}

const maxImageTries = 5

// imageName is the file name of an image, empty for none.
func imageName(slug string, drawn []byte) string {
	if len(drawn) == 0 {
		return ""
	}
	return idp.ImageName(slug, drawn)
}

// startOfScan is the marker before each scan of a JPEG. In the data of a scan it
// cannot be (ITU-T T.81, B.1.1.5); what else has it by chance has it few times.
var startOfScan = []byte{0xff, 0xda}

// redraw reads an image by what it is and not by what it says, and draws it into
// a PNG of at most imageSide pixels a side.
func (s *Service) redraw(data []byte) ([]byte, error) {
	const remedy = "upload a PNG or JPEG of at most 1 MiB and 2048 pixels a side"
	fault := func(reason string) error { return idp.Problems{{Field: "image", Reason: reason, Remedy: remedy}} }
	switch {
	case len(data) == 0:
		return nil, fault("is empty")
	case len(data) > MaxImageUpload:
		return nil, fault("is larger than 1 MiB")
	}
	// What a file is, its first bytes tell and not its name or type.
	size, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || kind != "png" && kind != "jpeg" {
		return nil, fault("is neither PNG nor JPEG")
	}
	if size.Width < 1 || size.Height < 1 || size.Width > maxImageSide || size.Height > maxImageSide {
		return nil, fault(fmt.Sprintf("is %d by %d pixels", size.Width, size.Height))
	}
	// Each scan goes over all pixels again, and an empty one takes ten bytes of the
	// file (ITU-T T.81, B.2.3): a small file could keep this busy for minutes.
	if kind == "jpeg" && bytes.Count(data, startOfScan) > maxImageScans {
		return nil, fault(fmt.Sprintf("has more than %d scans", maxImageScans))
	}
	s.drawing.Lock()
	defer s.drawing.Unlock()
	from, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fault("cannot be read as an image")
	}
	drawn, err := encode(from, imageSide)
	if err == nil && len(drawn) > store.MaxImage { // a photograph; at half the size four bytes a pixel fit
		drawn, err = encode(from, imageSide/2)
	}
	return drawn, err
}

func encode(from image.Image, side int) ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err := encoder.Encode(&out, fit(from, side))
	if err != nil {
		return nil, fmt.Errorf("encode image: %w", err)
	}
	return out.Bytes(), nil
}

// fit draws an image smaller where it is larger than side.
func fit(from image.Image, side int) image.Image {
	size := from.Bounds().Size()
	longest := max(size.X, size.Y)
	width, height := size.X, size.Y
	if longest > side {
		width, height = max(1, size.X*side/longest), max(1, size.Y*side/longest)
	}
	to := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	return to
}

package chart

// bandClasses are the stylesheet's names of the bands, healthy first.
var bandClasses = [3]string{"time-healthy", "time-risk", "time-sick"}

// nameBand writes a band's name beside the chart; on a phone there is no room,
// and a line below the chart has the names.
func (c *timelineLayout) nameBand(d *drawing, band int, top, bottom float64) {
	if !c.narrow && bottom-top >= timeText+2 {
		d.text("time-band "+bandClasses[band]+"-name", "start", c.right+6, (top+bottom)/2+4, fit(c.view.Bands[band], timeText, c.width-c.right-6))
	}
}

// drawBandKey names the bands below the chart of a phone.
func (c *timelineLayout) drawBandKey(d *drawing) {
	if !c.narrow || c.view.Healthy == 0 {
		return
	}
	const side = 11.0
	room := (c.width - 2) / 3
	for i, name := range c.view.Bands {
		x := 1 + float64(i)*room
		d.rect(bandClasses[i]+" time-swatch", x, c.keyY, side, side)
		d.text("time-band "+bandClasses[i]+"-name", "start", x+side+5, c.keyY+side-1, fit(name, timeText, room-side-9))
	}
}

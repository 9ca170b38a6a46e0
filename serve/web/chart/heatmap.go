package chart

import "strings"

// Heatmap is the picture of a term over two fields as cells: blue where churn is
// less likely, orange where it is likelier, with the log-odds written in.
type Heatmap struct {
	Term
	Rows, Columns []string // labels: of the first field, of the second
	Cells         [][]Mark // [row][column] Label: the value as it is read, "/" before the other cluster's
	Note          string   // what the colours and numbers are
}

// Measures of the picture of cells, in user units.
const (
	heatRow   = 36.0
	heatLabel = 120.0
	heatCell  = 110.0 // widest
	heatGap   = 2.0
	heatSmall = 46.0 // below this width of a cell, letters are small
	heatOver  = 10.0 // that a column's label may be wider than estimated
)

// File draws the cells as a whole SVG file.
func (v *Heatmap) File() []byte { return file(v.draw) }

func (v *Heatmap) draw(width float64) *drawing {
	d := newDrawing("", v.Title, v.Facts[0], width, 0)
	y := v.head(d, v.Note)
	left := 0.0
	for _, label := range v.Rows {
		left = max(left, TextWidth(label, termText))
	}
	left = termMargin + min(left, width*0.22, heatLabel) + 6
	cell := min((width-left-termMargin)/float64(len(v.Columns)), heatCell)
	d.text("ink", "start", termMargin, y, fit(v.Axes[0]+" ↓  "+v.Axes[1]+" →", termText, width-2*termMargin))
	y += termLine + 4
	lines := make([][]string, len(v.Columns))
	most := 1
	for j, label := range v.Columns {
		lines[j] = wrap(label, termText, cell+heatOver, 3)
		most = max(most, len(lines[j]))
	}
	for j := range lines {
		for i, line := range lines[j] {
			d.text("ink", "middle", left+cell*(float64(j)+0.5), y+termLine*float64(most-len(lines[j])+i), line)
		}
	}
	y += termLine*float64(most-1) + 6
	for i, label := range v.Rows {
		at := y + heatRow*float64(i)
		d.text("ink", "end", left-6, at+heatRow/2+4, fit(label, termText, left-termMargin-4))
		for j, m := range v.Cells[i] {
			v.drawCell(d, m, left+cell*float64(j), at, cell)
		}
	}
	d.Height = y + heatRow*float64(len(v.Rows)) + termMargin
	return d
}

// drawCell draws a cell with its value; where that is too wide, the other
// cluster's stands below it, in small letters where there is little room.
func (v *Heatmap) drawCell(d *drawing, m Mark, x, y, cell float64) {
	d.fill(blend(m.Value/max(v.most(), 1e-300)), x, y, cell-heatGap, heatRow-heatGap)
	texts := []string{m.Label}
	if TextWidth(m.Label, termText) > cell-6 {
		texts = strings.SplitN(m.Label, "/", 2)
	}
	class := "cell-ink"
	if cell < heatSmall {
		class = "cell-ink small"
	}
	for i, text := range texts {
		d.text(class, "middle", x+(cell-heatGap)/2, y+heatRow/2+3+14*(float64(i)-float64(len(texts)-1)/2), text)
	}
}

// most is the largest |value|.
func (v *Heatmap) most() float64 {
	most := 0.0
	for _, row := range v.Cells {
		for _, m := range row {
			most = max(most, m.Value, -m.Value)
		}
	}
	return most
}

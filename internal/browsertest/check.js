// The faults of a page, a line each. Text must have a contrast of 4.5 to 1 to what it stands on, as WCAG 2
// asks for at level AA.
(() => {
	const faults = []
	const rgb = c => c.match(/[\d.]+/g).map(Number)
	const luminance = c => {
		const [r, g, b] = rgb(c).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		return 0.2126 * r + 0.7152 * g + 0.0722 * b
	}
	const ground = e => {
		for (; e; e = e.parentElement) {
			const c = getComputedStyle(e).backgroundColor
			if (rgb(c)[3] !== 0) return c
		}
		return "rgb(255, 255, 255)"
	}
	for (const e of document.querySelectorAll("body *")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue
		if (["OPTION", "SCRIPT", "TITLE", "DESC"].includes(e.tagName) || e.classList.contains("skip") || !e.checkVisibility()) continue
		const style = getComputedStyle(e)
		const a = luminance(e instanceof SVGElement ? style.fill : style.color), b = luminance(ground(e))
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
		if (ratio < 4.5) faults.push("too little contrast, " + ratio.toFixed(2) + ": " + e.outerHTML.slice(0, 120))
	}
	const over = document.documentElement.scrollWidth - document.documentElement.clientWidth
	if (over > 0) {
		const widest = [...document.querySelectorAll("main *, header *, footer *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth).slice(0, 3)
		faults.push(over + " pixels too wide: " + widest.map(e => e.outerHTML.slice(0, 120)).join(" | "))
	}
	for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")) {
		if (!e.checkVisibility()) continue
		const { width, height } = e.getBoundingClientRect()
		if (!e.matches("a:not(.button), [type=checkbox], [type=radio], .visually-hidden") && Math.min(width, height) < 24) faults.push(`a control is ${width} by ${height} pixels: ` + e.outerHTML.slice(0, 120))
		if (!(e.textContent.trim() || e.labels?.length || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby")))
			faults.push("a control has no name: " + e.outerHTML.slice(0, 120))
	}
	return faults
})()

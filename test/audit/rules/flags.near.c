/* counter: port.modes */
struct port {
	atomic_t modes;
};

void port_quiet(struct port *p)
{
	atomic_or(PORT_QUIET, &p->modes);
}

void port_use(struct port *p)
{
	atomic_inc(&p->modes);
}

/* counter: port.modes */
struct port {
	atomic_t modes;
};

void port_quiet(struct port *p)
{
	atomic_or(PORT_QUIET, &p->modes); /* evidence */
}

void port_loud(struct port *p)
{
	atomic_andnot(PORT_QUIET, &p->modes); /* evidence */
}

int port_is_quiet(struct port *p)
{
	return atomic_read(&p->modes) & PORT_QUIET;
}

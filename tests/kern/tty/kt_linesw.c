/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_linesw: the terminal layer as a driver and a line
 * discipline use it.
 */
#include "../base/kt.h"

#define	TTY_ALLOW_PRIVATE

#include <sys/conf.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/tty.h>
#include <sys/vnode.h>

void	rump_kt_clist(void);
void	rump_kt_clist_random(unsigned);
void	rump_kt_linesw(void);
void	rump_kt_driver(void);
void	rump_kt_errors(void);
void	rump_kt_open(void);
int	rump_kt_disc_attach(int);
int	rump_kt_disc_closed(void);

void
rump_kt_clist(void)
{
	struct clist q, r;
	u_char buf[16];
	u_char *p;
	int c;

	KT_EQ(0, clalloc(&q, 8, 1));
	KT_EQ(0, clalloc(&r, 4, 1));
	KT_EQ(-1, getc(&q));
	KT_EQ(-1, unputc(&q));
	KT(firstc(&q, &c) == NULL);
	KT_EQ(0, b_to_q((const u_char *)"abcdef", 6, &q));
	KT_EQ('a', getc(&q));
	KT_EQ('b', getc(&q));
	KT_EQ(0, putc('Q' | TTY_QUOTE, &q));
	KT_EQ(1, b_to_q((const u_char *)"ghij", 4, &q));
	KT_EQ(-1, putc('x', &q));
	KT_EQ(8, q.c_cc);
	/* cdefQghi, wrapped around. */
	KT_EQ(4, ndqb(&q, TTY_QUOTE));
	KT_EQ(6, ndqb(&q, 0));
	for (p = firstc(&q, &c); p != NULL; p = nextc(&q, p, &c))
		KT((c & TTY_QUOTE) == 0 || c == ('Q' | TTY_QUOTE));
	KT_EQ('i', unputc(&q));
	ndflush(&q, 4);
	KT_EQ('Q' | TTY_QUOTE, getc(&q));
	KT_EQ(2, q_to_b(&q, buf, sizeof(buf)));
	KT(memcmp(buf, "gh", 2) == 0);
	KT_EQ(0, b_to_q((const u_char *)"12345", 5, &q));
	KT_EQ(0, putc('6' | TTY_QUOTE, &q));
	catq(&q, &r);
	KT_EQ(2, q.c_cc);
	KT_EQ(4, r.c_cc);
	KT_EQ('5', getc(&q));
	KT_EQ('6' | TTY_QUOTE, getc(&q));
	ndflush(&r, 100);
	KT_EQ(0, r.c_cc);
	clfree(&q);
	clfree(&r);
}

/* Against an array that says the same. */
void
rump_kt_clist_random(unsigned seed)
{
	struct clist q;
	int model[64], n = 0, i, c, k;
	u_char buf[64];

	KT_EQ(0, clalloc(&q, 64, 1));
	for (i = 0; i < 20000; i++) {
		seed = seed * 1103515245 + 12345;
		c = seed >> 16 & 0x1ff;
		switch (seed >> 26 & 7) {
		case 0:
		case 1:
		case 2:
			KT_EQ(n == 64 ? -1 : 0, putc(c, &q));
			if (n < 64)
				model[n++] = c;
			break;
		case 3:
			KT_EQ(n == 0 ? -1 : model[0], getc(&q));
			if (n > 0)
				memmove(model, model + 1,
				    --n * sizeof(model[0]));
			break;
		case 4:
			KT_EQ(n == 0 ? -1 : model[n - 1], unputc(&q));
			if (n > 0)
				n--;
			break;
		case 5:
			k = MIN(c & 31, n);
			KT_EQ(k, q_to_b(&q, buf, c & 31));
			memmove(model, model + k,
			    (n - k) * sizeof(model[0]));
			n -= k;
			break;
		case 6:
			memset(buf, c, sizeof(buf));
			k = MIN(c & 31, 64 - n);
			KT_EQ((c & 31) - k, b_to_q(buf, c & 31, &q));
			while (k-- > 0)
				model[n++] = c & TTY_CHARMASK;
			break;
		default:
			k = MIN(c & 7, n);
			ndflush(&q, c & 7);
			memmove(model, model + k,
			    (n - k) * sizeof(model[0]));
			n -= k;
			break;
		}
		KT_EQ(n, q.c_cc);
	}
	clfree(&q);
}

/* A discipline that gives programs a count of characters. */
static int counted, disc_closed, disc_refuse;

static int
count_open(dev_t dev, struct tty *tp)
{

	return disc_refuse ? EBUSY : 0;
}

static int
count_close(struct tty *tp, int flag)
{

	disc_closed++;
	return 0;
}

static int
count_read(struct tty *tp, struct uio *uio, int flag)
{
	char text[16];
	int len;

	len = snprintf(text, sizeof(text), "%d", counted);
	counted = 0;
	return uiomove(text, MIN((size_t)len, uio->uio_resid), uio);
}

static int
count_rint(int c, struct tty *tp)
{

	counted++;
	return 0;
}

static struct linesw count_disc = {
	.l_name = "count",
	.l_no = 9,
	.l_open = count_open,
	.l_close = count_close,
	.l_read = count_read,
	.l_write = ttyerrio,
	.l_ioctl = ttynullioctl,
	.l_rint = count_rint,
	.l_start = ttstart,
	.l_modem = nullmodem,
	.l_poll = ttyerrpoll,
};

int
rump_kt_disc_attach(int what)
{

	if (what == 2)
		disc_refuse = 1;
	return what == 0 ? ttyldisc_detach(&count_disc) : what == 1 ?
	    ttyldisc_attach(&count_disc) : 0;
}

int
rump_kt_disc_closed(void)
{

	return disc_closed;
}

void
rump_kt_linesw(void)
{
	struct linesw *ld, other = count_disc;

	KT(strcmp(ttyldisc_default()->l_name, "termios") == 0);
	KT(ttyldisc_lookup("termios") == ttyldisc_default());
	KT(ttyldisc_lookup_bynum(TTYDISC) == ttyldisc_default());
	KT(ttyldisc_lookup("count") == NULL);
	KT_EQ(ENOENT, ttyldisc_detach(&count_disc));
	KT_EQ(EBUSY, ttyldisc_detach(ttyldisc_default()));
	KT_EQ(0, ttyldisc_attach(&count_disc));
	KT_EQ(EEXIST, ttyldisc_attach(&count_disc));
	other.l_name = "other";
	KT_EQ(EEXIST, ttyldisc_attach(&other));
	other.l_no = 0;
	KT_EQ(0, ttyldisc_attach(&other));
	KT(other.l_no != 0 && other.l_no != 9);
	ld = ttyldisc_lookup_bynum(9);
	KT(ld == &count_disc);
	KT_EQ(EBUSY, ttyldisc_detach(&count_disc));
	ttyldisc_release(ld);
	KT_EQ(0, ttyldisc_detach(&count_disc));
	KT_EQ(0, ttyldisc_detach(&other));
}

/* Hardware that sends what it is told to and counts. */
static int started, params, hwflow;

static void
hw_start(struct tty *tp)
{

	KT(ttylocked(tp));
	started++;
}

static int
hw_param(struct tty *tp, struct termios *t)
{

	params++;
	return t->c_ospeed == 1 ? EINVAL : 0;
}

static int
hw_hwiflow(struct tty *tp, int block)
{

	hwflow = block;
	return 1;
}

static struct tty *
hw_make(void)
{
	struct tty *tp = tty_alloc();
	int count = tty_count;

	tp->t_oproc = hw_start;
	tp->t_param = hw_param;
	tp->t_hwiflow = hw_hwiflow;
	tty_attach(tp);
	KT_EQ(count + 1, tty_count);
	ttychars(tp);
	KT_EQ(CINTR, tty_getctrlchar(tp, VINTR));
	tty_setctrlchar(tp, VINTR, 1);
	KT_EQ(1, tty_getctrlchar(tp, VINTR));
	ttychars(tp);
	tp->t_iflag = TTYDEF_IFLAG;
	tp->t_oflag = TTYDEF_OFLAG;
	tp->t_lflag = TTYDEF_LFLAG;
	tp->t_cflag = TTYDEF_CFLAG;
	tp->t_ispeed = tp->t_ospeed = TTYDEF_SPEED;
	ttsetwater(tp);
	return tp;
}

static void
hw_unmake(struct tty *tp)
{
	int count = tty_count;

	KT_EQ(0, ttyclose(tp));
	tty_detach(tp);
	KT_EQ(count - 1, tty_count);
	tty_free(tp);
}

void
rump_kt_driver(void)
{
	static const struct speedtab tab[] = {
		{ 9600, 13 }, { 300, 7 }, { -1, -1 }
	};
	struct tty *tp = hw_make();
	struct termios t;
	const char *s;
	int n;

	KT_EQ(13, ttspeedtab(9600, tab));
	KT_EQ(-1, ttspeedtab(1, tab));
	KT_EQ(0, ttylopen(makedev(250, 0), tp));
	KT(!ISSET(tp->t_state, TS_CARR_ON));
	KT_EQ(1, (*tp->t_linesw->l_modem)(tp, 1));
	KT(ISSET(tp->t_state, TS_CARR_ON));
	for (s = "hi\n"; *s != '\0'; s++)
		KT_EQ(0, (*tp->t_linesw->l_rint)(*s, tp));
	KT_EQ(0, ttioctl(tp, FIONREAD, &n, FREAD, curlwp));
	KT_EQ(3, n);
	/* The echo went to the queue. */
	KT_EQ(4, tp->t_outq.c_cc);
	ttylock(tp);
	KT(ttypull(tp));
	KT(started > 0);
	ttyflush(tp, FREAD | FWRITE);
	ttyunlock(tp);
	KT_EQ(0, ttioctl(tp, TIOCGETA, &t, FREAD, curlwp));
	KT_EQ(0, ttioctl(tp, TIOCSETA, &t, FREAD, curlwp));
	KT_EQ(1, params);
	/* What the hardware refuses changes nothing. */
	t.c_ospeed = 1;
	t.c_lflag = 0;
	KT_EQ(EINVAL, ttioctl(tp, TIOCSETA, &t, FREAD, curlwp));
	KT_EQ(TTYDEF_LFLAG, tp->t_lflag);
	KT_EQ(TTYDEF_SPEED, tp->t_ospeed);
	/* It is left alone if that is wished. */
	t.c_cflag |= CIGNORE;
	KT_EQ(0, ttioctl(tp, TIOCSETA, &t, FREAD, curlwp));
	KT_EQ(TTYDEF_SPEED, tp->t_ospeed);
	KT_EQ(0, tp->t_lflag);
	tp->t_cflag |= CRTSCTS;
	for (n = 0; n < 4000; n++)
		(void)ttyinput('x', tp);
	KT_EQ(1, hwflow);
	ttylock(tp);
	ttyflush(tp, FREAD);
	ttyunlock(tp);
	KT_EQ(0, hwflow);
	KT_EQ(EPASSTHROUGH, ttioctl(tp, TIOCMGET, &n, FREAD, curlwp));
	KT_EQ(0, (*tp->t_linesw->l_modem)(tp, 0));
	KT(!ISSET(tp->t_state, TS_CARR_ON));
	hw_unmake(tp);
}

/* What the program reads of one character with an error. */
static void
input_error(struct tty *tp, tcflag_t iflag, int c, const char *want, int len)
{
	u_char buf[8];

	ttylock(tp);
	tp->t_iflag = iflag;
	(void)ttyinput_wlock(c, tp);
	KT_EQ(len, q_to_b(&tp->t_rawq, buf, sizeof(buf)));
	ttyunlock(tp);
	KT(memcmp(buf, want, len) == 0);
}

void
rump_kt_errors(void)
{
	struct tty *tp = hw_make();

	tp->t_lflag = 0;
	KT_EQ(0, ttylopen(NODEV, tp));
	(void)ttymodem(tp, 1);
	input_error(tp, 0, TTY_FE | 0, "\0", 1);
	input_error(tp, IGNBRK | BRKINT, TTY_FE | 0, "", 0);
	input_error(tp, BRKINT, TTY_FE | 0, "", 0);
	input_error(tp, PARMRK, TTY_FE | 0, "\377\0\0", 3);
	input_error(tp, 0, TTY_FE | 'a', "\0", 1);
	input_error(tp, IGNPAR, TTY_FE | 'a', "", 0);
	input_error(tp, 0, TTY_PE | 'a', "a", 1);
	input_error(tp, INPCK, TTY_PE | 'a', "\0", 1);
	input_error(tp, INPCK | IGNPAR, TTY_PE | 'a', "", 0);
	input_error(tp, INPCK | PARMRK, TTY_PE | 'a', "\377\0a", 3);
	input_error(tp, PARMRK, 0377, "\377\377", 2);
	tp->t_cflag &= ~CREAD;
	input_error(tp, 0, 'a', "", 0);
	hw_unmake(tp);
}

static void
carrier_soon(void *v)
{

	(void)kpause("carrier", false, MAX(1, hz / 50), NULL);
	(void)ttymodem(v, 1);
}

static void
cancel_soon(void *v)
{

	(void)kpause("cancel", false, MAX(1, hz / 50), NULL);
	ttycancel(v);
}

void
rump_kt_open(void)
{
	struct tty *tp = hw_make();
	struct kt_threads kt;

	KT_EQ(0, ttyopen(tp, 0, 1));
	kt_start(&kt, 1, carrier_soon, tp);
	KT_EQ(0, ttyopen(tp, 0, 0));
	kt_join(&kt);
	KT_EQ(0, ttylopen(NODEV, tp));
	/* It is open, so nobody can dial. */
	KT_EQ(EBUSY, ttyopen(tp, 1, 0));
	KT_EQ(0, ttyclose(tp));
	KT_EQ(0, ttyopen(tp, 1, 0));
	KT_EQ(EBUSY, ttyopen(tp, 0, 1));
	kt_start(&kt, 1, cancel_soon, tp);
	KT_EQ(ERESTART, ttyopen(tp, 0, 0));
	kt_join(&kt);
	hw_unmake(tp);
}
